"""What a council can offer and who offers it: areas, teams, grades and pathways."""

from councils.kinds import Code, Count, Section, Words, YesOrNo


class Area(Section):
    """A locality whose families go to the same teams."""

    code: Code
    name: Words


class Team(Section):
    """A team of one area; its queue holds a family until a worker is named."""

    code: Code
    name: Words
    area: Code
    grades: tuple[Code, ...] = ()


class Grade(Section):
    """A grade of worker; `limits.complexity` says how complex a case it may hold."""

    code: Code
    name: Words


class PathwayGroup(Section):
    """What an agency may hear of a pathway: never more than this."""

    code: Code
    name: Words


class Pathway(Section):
    """One route of support, with what it asks of the family and of the worker."""

    code: Code
    name: Words
    group: Code
    weight: Count
    needs_assessment: YesOrNo
    weeks: Count | None = None
    needs_earlier_episode: YesOrNo
    remote_contact_only: YesOrNo
