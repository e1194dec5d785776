"""Questions: everything that a gate can ask, under stable ids. A reply names the id; ``{…}`` is filled in for the case.

Most are answered by a reply (yes or no, with person, reason and source). Those that an answer in the application
itself settles (a date, a name, a consent) say which field, and no reply decides them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """``field``: the field of the application that settles it; empty: a reply does."""

    text: str
    reference: str = ""
    field: str = ""


_ART_7 = "Arms Trade Treaty, Article 7"

WORDINGS: dict[str, Wording] = {
    "scope.authority": Wording("Which state decides on this application?", "", "authority"),
    "scope.date": Wording("On which day is the authorisation given?", "Arms Trade Treaty, Article 22", "when"),
    "scope.membership": Wording(
        "Was the treaty in force for {state} on the day of the authorisation?", "Arms Trade Treaty, Article 22"
    ),
    "scope.goods": Wording(
        "Do the goods fall under Articles 2(1), 3 or 4 of the treaty ({goods})?",
        "Arms Trade Treaty, Articles 2 to 4",
    ),
    "scope.own-use": Wording(
        "Do the goods move by or on behalf of {state} for its own use and stay in its ownership?",
        "Arms Trade Treaty, Article 2(3)",
    ),
    "end-user.who": Wording("Who is the end user, down to the unit?", "", "end_user"),
    "end-user.territory": Wording(
        "Is it shown that the goods go to no territory and to no group under an arms embargo?"
    ),
    "consignee.who": Wording("Who is the consignee, and in which state?", "", "consignee"),
    "exporter.who": Wording("Who exports, and from which state?", "", "exporter"),
    "att-6-1.other": Wording(
        "Does another measure of the Security Council under Chapter VII (a list of persons or entities, a ban on "
        "dealings) stand against this transfer?",
        "Arms Trade Treaty, Article 6(1)",
    ),
    "att-6-2.other": Wording(
        "Would the transfer violate another agreement to which {state} is a party, one on the transfer of or illicit "
        "trafficking in arms in particular?",
        "Arms Trade Treaty, Article 6(2)",
    ),
    "att-6-3.knowledge": Wording(
        "Is it known, at the time of the authorisation, that the goods would be used in genocide, crimes against "
        "humanity, grave breaches of the Geneva Conventions, attacks on civilians or civilian objects, or other war "
        "crimes as defined by agreements to which {state} is a party?",
        "Arms Trade Treaty, Article 6(3)",
    ),
    "apmbc.membership": Wording(
        "Was {state} bound by the convention on the day of the authorisation?",
        "Anti-Personnel Mine Ban Convention, Article 17",
    ),
    "apmbc.item": Wording(
        "Are any of the goods anti-personnel mines, made to be exploded by the presence, proximity or contact of a "
        "person ({goods})?",
        "Anti-Personnel Mine Ban Convention, Article 2",
    ),
    "apmbc.exception": Wording(
        "Is the transfer only for destruction, or of the least number needed for training in detection, clearance or "
        "destruction?",
        "Anti-Personnel Mine Ban Convention, Article 3",
    ),
    "ccm.membership": Wording(
        "Was {state} bound by the convention on the day of the authorisation?",
        "Convention on Cluster Munitions, Article 17",
    ),
    "ccm.item": Wording(
        "Are any of the goods cluster munitions or explosive submunitions as the convention defines them ({goods})?",
        "Convention on Cluster Munitions, Article 2",
    ),
    "ccm.exception": Wording(
        "Is the transfer to another party for destruction, or of the least number needed for training or "
        "counter-measures?",
        "Convention on Cluster Munitions, Article 3(6) and (7)",
    ),
    "treaty.later": Wording(
        "{state} is or may be bound by the {treaty} when the goods move; on which days will they?", "", "period"
    ),
    "embargo.{record}.{n}": Wording(
        "Is it shown that the supply falls under the exemption: {condition}?",
        "{reference}",
    ),
    "embargo.{record}.date": Wording(
        "On which days is the authorisation given, and do the goods move? {why}", "{reference}", "when, period"
    ),
    "embargo.{record}.goods": Wording("Do the goods fall under the embargo ({scope})?", "{reference}"),
    "embargo.{record}.target": Wording("Is {party} one of those whom the embargo binds ({target})?", "{reference}"),
    "embargo.{record}.bound": Wording("Does the embargo of {body} bind {state} in this case?", "{reference}"),
    "embargo.{record}.assistance": Wording("Does the embargo reach technical assistance without goods?", "{reference}"),
    "embargo.{record}.route": Wording(
        "The route passes {party}; may the goods be unloaded, stored or handed over there?", "{reference}"
    ),
    "embargo.{record}.records": Wording(
        "Records of this embargo contradict each other ({records}); is the stricter one right?", "{reference}"
    ),
    "att-7-1-a.risk": Wording("Is there a risk that the goods would undermine peace and security?", f"{_ART_7}(1)(a)"),
    "att-7-1-b-i.risk": Wording(
        "Is there a risk that they are used to commit or facilitate a serious violation of humanitarian law?",
        f"{_ART_7}(1)(b)(i)",
    ),
    "att-7-1-b-ii.risk": Wording(
        "Is there a risk that they are used to commit or facilitate a serious violation of human rights law?",
        f"{_ART_7}(1)(b)(ii)",
    ),
    "att-7-1-b-iii.risk": Wording(
        "Is there a risk of an offence under conventions on terrorism to which {state} is a party?",
        f"{_ART_7}(1)(b)(iii)",
    ),
    "att-7-1-b-iv.risk": Wording(
        "Is there a risk of an offence under conventions on transnational organised crime to which {state} is a party?",
        f"{_ART_7}(1)(b)(iv)",
    ),
    "att-7-4.risk": Wording(
        "Is there a risk of serious gender-based violence, or of serious violence against women and children?",
        f"{_ART_7}(4)",
    ),
    "att-7-2.mitigation": Wording(
        "Have measures that could mitigate the risks found been considered, each with what it would change?",
        f"{_ART_7}(2)",
    ),
    "att-7-3.overriding": Wording("With the measures considered, does an overriding risk remain?", f"{_ART_7}(3)"),
    "att-11.assessed": Wording(
        "Has the risk of diversion been assessed, the parties, the documents and the end user's stores included?",
        "Arms Trade Treaty, Article 11(2)",
    ),
    "att-11.measures": Wording(
        "Are measures against diversion taken that answer what is known of it?", "Arms Trade Treaty, Article 11(1)"
    ),
    "reexport.origin": Wording(
        "Were the goods made or delivered by another state, under an undertaking not to pass them on without its "
        "consent?",
    ),
    "reexport.consent.{by}": Wording("Has {state} consented in writing to this re-export?", "", ""),
}
