"""An invented family as an agency refers it: three children, two adults, two needs."""

import json

from deploy.day.families import adult, child, form, nhs_number, sent


def body(reference: str) -> bytes:
    """Write the referral as it is posted, under a reference of its own."""
    told = form(
        reference,
        "Attendance fell after the winter; mornings at home are hard",
        [
            child("c1", "Percival", "Invented", "2016-04-02", nhs_number=nhs_number(1)),
            child("c2", "Ottoline", "Invented", "2018-09-21", nhs_number=nhs_number(2)),
            child("c3", "Leopold", "Invented", "2022-06-30"),
        ],
        [
            adult("a1", "Henrietta", "Invented", phone="01632 960341"),
            adult("a2", "Bartholomew", "Invented", relation="father"),
        ],
        ["14 Larkspur Rise", "Cockle Quarter"],
        "SS1 1AA",
    )
    told["needs"] = told["needs"] * 2
    return json.dumps(sent(told)).encode()
