"""Code lists that several services read: official ones with their source, then our own.

Official lists are read from the Department for Education's children-in-need census (2026 schema,
CIN_schema_2026.xsd, through sector copies); check them against the current census guide before a
release.
"""

from contracts.shapes import OfficialCode, OpenCode


class SourceCode(OfficialCode):
    """Who a referral came from (CIN ReferralSource; 5B to 5D as the sector dataset words them)."""

    FAMILY_MEMBER = "1A", "Individual: family member, relative or carer"
    ACQUAINTANCE = "1B", "Individual: acquaintance, including neighbours and child minders"
    SELF = "1C", "Individual: self"
    OTHER_INDIVIDUAL = "1D", "Individual: other, including strangers and MPs"
    SCHOOL = "2A", "Schools"
    EDUCATION_SERVICE = "2B", "Education services"
    GP = "3A", "Health services: GP"
    HEALTH_VISITOR = "3B", "Health services: health visitor"
    SCHOOL_NURSE = "3C", "Health services: school nurse"
    OTHER_PRIMARY_HEALTH = "3D", "Health services: other primary health services"
    EMERGENCY_DEPARTMENT = "3E", "Health services: A&E"
    OTHER_HEALTH = "3F", "Health services: other, for example hospice"
    HOUSING = "4", "Housing: local authority housing or housing association"
    SOCIAL_CARE = "5A", "Local authority services: social care, for example adults"
    OTHER_INTERNAL = "5B", "Local authority services: other internal"
    OTHER_AUTHORITY = "5C", "Local authority services: external, another authority's services"
    EARLY_HELP = "5D", "Local authority services: early help"
    POLICE = "6", "Police"
    OTHER_LEGAL = "7", "Other legal agency: courts, probation, immigration, CAFCASS, prison"
    OTHER = "8", "Other: children's centres, independent providers, voluntary organisations"
    ANONYMOUS = "9", "Anonymous"
    NOT_KNOWN = "10", "Unknown"
    UNKNOWN = "unknown", "A code that this reader does not know"


class FactorCode(OfficialCode):
    """A factor found at assessment (CIN). 18A and 19A must not be used; there is no 8A."""

    ALCOHOL_CHILD = "1A", "Alcohol misuse: the child"
    ALCOHOL_PARENT = "1B", "Alcohol misuse: a parent or carer"
    ALCOHOL_OTHER = "1C", "Alcohol misuse: another person in the household"
    DRUGS_CHILD = "2A", "Drug misuse: the child"
    DRUGS_PARENT = "2B", "Drug misuse: a parent or carer"
    DRUGS_OTHER = "2C", "Drug misuse: another person in the household"
    DOMESTIC_ABUSE_CHILD = "3A", "Domestic abuse: the child as its subject"
    DOMESTIC_ABUSE_PARENT = "3B", "Domestic abuse: a parent or carer as its subject"
    DOMESTIC_ABUSE_OTHER = "3C", "Domestic abuse: another person as its subject"
    MENTAL_HEALTH_CHILD = "4A", "Mental health: the child"
    MENTAL_HEALTH_PARENT = "4B", "Mental health: a parent or carer"
    MENTAL_HEALTH_OTHER = "4C", "Mental health: another person in the household"
    LEARNING_DISABILITY_CHILD = "5A", "Learning disability: the child"
    LEARNING_DISABILITY_PARENT = "5B", "Learning disability: a parent or carer"
    LEARNING_DISABILITY_OTHER = "5C", "Learning disability: another person in the household"
    PHYSICAL_DISABILITY_CHILD = "6A", "Physical disability or illness: the child"
    PHYSICAL_DISABILITY_PARENT = "6B", "Physical disability or illness: a parent or carer"
    PHYSICAL_DISABILITY_OTHER = "6C", "Physical disability or illness: another person"
    YOUNG_CARER = "7A", "Young carer"
    FOSTERED_OVERSEAS_RETURNING = "8B", "Privately fostered: overseas, intends to return"
    FOSTERED_OVERSEAS_STAYING = "8C", "Privately fostered: overseas, intends to stay"
    FOSTERED_FOR_EDUCATION = "8D", "Privately fostered: UK, educational placement"
    FOSTERED_ALTERNATIVE = "8E", "Privately fostered: UK, alternative family arrangements"
    FOSTERED_OTHER = "8F", "Privately fostered: other"
    ASYLUM_SEEKING = "9A", "Unaccompanied asylum-seeking child"
    MISSING = "10A", "Missing"
    SEXUAL_EXPLOITATION = "11A", "Child sexual exploitation"
    TRAFFICKING = "12A", "Trafficking"
    GANGS = "13A", "Gangs"
    UNACCEPTABLE_BEHAVIOUR = "14A", "Socially unacceptable behaviour"
    SELF_HARM = "15A", "Self-harm"
    NEGLECT = "16A", "Abuse or neglect: neglect"
    EMOTIONAL_ABUSE = "17A", "Abuse or neglect: emotional abuse"
    PHYSICAL_ABUSE_BY_CHILD = "18B", "Abuse or neglect: physical abuse, child on child"
    PHYSICAL_ABUSE_BY_ADULT = "18C", "Abuse or neglect: physical abuse, adult on child"
    SEXUAL_ABUSE_BY_CHILD = "19B", "Abuse or neglect: sexual abuse, child on child"
    SEXUAL_ABUSE_BY_ADULT = "19C", "Abuse or neglect: sexual abuse, adult on child"
    OTHER = "20", "Other"
    NO_FACTORS = "21", "No factors identified: only with no further action"
    FGM = "22A", "Female genital mutilation"
    FAITH_OR_BELIEF = "23A", "Abuse linked to faith or belief"
    CRIMINAL_EXPLOITATION = "24A", "Child criminal exploitation"
    UNKNOWN = "unknown", "A code that this reader does not know"


class CareClosureCode(OfficialCode):
    """Why children's social care closed (CIN ReasonForClosure); RC9 marks a step-down."""

    ADOPTED = "RC1", "Adopted"
    DIED = "RC2", "Died"
    CHILD_ARRANGEMENTS = "RC3", "Child arrangements order"
    SPECIAL_GUARDIANSHIP = "RC4", "Special guardianship order"
    OTHER_AUTHORITY = "RC5", "Transferred to another local authority"
    ADULT_SOCIAL_CARE = "RC6", "Transferred to adult social care"
    SERVICES_CEASED = "RC7", "Services ceased for any other reason"
    NO_FURTHER_ACTION = "RC8", "Closed after assessment, no further action"
    EARLY_HELP = "RC9", "Closed after assessment, referred to early help"
    UNKNOWN = "unknown", "A code that this reader does not know"


class PrimaryNeed(OfficialCode):
    """The main need (CIN PrimaryNeedCode, 2026 schema)."""

    ABUSE = "N1", "Abuse, neglect and exploitation"
    CHILD_DISABILITY = "N2", "Child's disability"
    PARENTAL_DISABILITY = "N3", "Parental disability or illness"
    ACUTE_STRESS = "N4", "Family in acute stress"
    DYSFUNCTION = "N5", "Family dysfunction"
    UNACCEPTABLE_BEHAVIOUR = "N6", "Socially unacceptable behaviour"
    LOW_INCOME = "N7", "Low income"
    ABSENT_PARENTING = "N8", "Absent parenting"
    OTHER = "N9", "Cases other than children in need"
    NOT_STATED = "N0", "Not stated"
    UNKNOWN = "unknown", "A code that this reader does not know"


class Ethnicity(OfficialCode):
    """Ethnicity as self-described (CIN, 20 codes)."""

    WBRI = "WBRI", "White British"
    WIRI = "WIRI", "White Irish"
    WIRT = "WIRT", "Traveller of Irish heritage"
    WOTH = "WOTH", "Any other White background"
    WROM = "WROM", "Gypsy or Roma"
    MWBC = "MWBC", "White and Black Caribbean"
    MWBA = "MWBA", "White and Black African"
    MWAS = "MWAS", "White and Asian"
    MOTH = "MOTH", "Any other mixed background"
    AIND = "AIND", "Indian"
    APKN = "APKN", "Pakistani"
    ABAN = "ABAN", "Bangladeshi"
    AOTH = "AOTH", "Any other Asian background"
    BCRB = "BCRB", "Black Caribbean"
    BAFR = "BAFR", "Black African"
    BOTH = "BOTH", "Any other Black background"
    CHNE = "CHNE", "Chinese"
    OOTH = "OOTH", "Any other ethnic group"
    REFU = "REFU", "Refused"
    NOBT = "NOBT", "Information not yet obtained"
    UNKNOWN = "unknown", "A code that this reader does not know"


class Disability(OfficialCode):
    """A disability (CIN)."""

    NONE = "NONE", "No disability"
    MOB = "MOB", "Mobility"
    HAND = "HAND", "Hand function"
    PC = "PC", "Personal care"
    INC = "INC", "Incontinence"
    COMM = "COMM", "Communication"
    LD = "LD", "Learning"
    HEAR = "HEAR", "Hearing"
    VIS = "VIS", "Vision"
    BEH = "BEH", "Behaviour"
    CON = "CON", "Consciousness"
    AUT = "AUT", "Autism or Asperger syndrome"
    DDA = "DDA", "Other disability under the Equality Act"
    UNKNOWN = "unknown", "A code that this reader does not know"


class Sex(OfficialCode):
    """Sex (CIN); U for a child not yet born."""

    MALE = "M", "Male"
    FEMALE = "F", "Female"
    UNBORN_OR_NOT_KNOWN = "U", "Unborn, or not known"
    UNKNOWN = "unknown", "A code that this reader does not know"


class ReferrerKind(OpenCode):
    """Who referred, in the four kinds that decide what may be told back."""

    AGENCY = "agency"
    FAMILY = "family"
    RELATIVE_OR_PUBLIC = "relative_or_public"
    SOCIAL_CARE = "social_care"
    UNKNOWN = "unknown"


class ParentsInformed(OpenCode):
    """Whether the parents know of the step-up."""

    YES = "yes"
    NO = "no"
    NOT_YET_ON_ADVICE = "not_yet_on_advice"
    UNKNOWN = "unknown"


class ContactOutcome(OpenCode):
    """What came of trying to reach a family; an answered telephone call is heard, not seen."""

    SEEN = "seen"
    HEARD_NOT_SEEN = "heard_not_seen"
    NO_ANSWER = "no_answer"
    NO_ANSWER_OCCUPIED = "no_answer_occupied"
    REFUSED = "refused"
    MOVED = "moved"
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"
