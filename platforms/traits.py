"""What a platform type has of its own beside its row in the catalogue: who may host it, what it keeps, what it is asked.

Data only: `platforms.types` joins it with `fixtures/policy/entity_types.yaml`, so that nothing is written twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.enums import OrganisationKind as Kind

RESEARCH = (Kind.ENTERPRISE, Kind.UNIVERSITY, Kind.INSTITUTE)
ENTERPRISE = (Kind.ENTERPRISE,)
SERVICES = (*RESEARCH, Kind.AGENCY, Kind.OTHER)
ANYBODY = (*RESEARCH, Kind.ASSOCIATION, Kind.AGENCY, Kind.OTHER)

INCUBATION = ("space", "tenant")
SHARING = ("instrument", "service")
CONTRACTS = ("contract",)
STATION = ("team", "stay")
FORUM = ("edition", "project")


@dataclass(frozen=True)
class Traits:
    """`hosts`: kinds of organisation; `records`: keys of `platforms.records`; `extras`: keys of `platforms.extras`."""

    hosts: tuple[str, ...] = RESEARCH
    records: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()  # those that decide whether it is recognised
    lead_condition: str = ""  # cited where a unit of another kind wants to apply
    lines: bool = False  # development-reform line or science line
    cultivates: bool = False  # of the kinds that reg_platform_cultivation is for
    chain: str = ""  # step of the incubation chain


TRAITS: dict[str, Traits] = {
    "provincial_laboratory": Traits(extras=("directions",), mechanisms=("mech_lab_adjust",)),
    "key_laboratory": Traits(
        mechanisms=("mech_lab_adjust",),
        conditions=("elig_lab_applicant",),
        lead_condition="elig_lab_applicant",
        cultivates=True,
    ),
    "engineering_laboratory": Traits(mechanisms=("mech_lab_adjust",), cultivates=True),
    "industrial_research_institute": Traits(
        hosts=SERVICES, records=CONTRACTS, mechanisms=("mech_iri_governance", "mech_iri_incentive")
    ),
    "technology_innovation_centre": Traits(conditions=("elig_cultivation_entry",), cultivates=True),
    "industrial_innovation_centre": Traits(cultivates=True),
    "manufacturing_innovation_centre": Traits(cultivates=True),
    "enterprise_technology_centre": Traits(
        hosts=ENTERPRISE, conditions=("elig_cultivation_entry",), cultivates=True
    ),
    "engineering_research_centre": Traits(
        conditions=("elig_cultivation_entry",), lines=True, cultivates=True
    ),
    "new_rd_institution": Traits(
        hosts=SERVICES, records=(*CONTRACTS, *SHARING), extras=("functions", "founding"), cultivates=True
    ),
    "offsite_rd_institution": Traits(hosts=ENTERPRISE, extras=("offsite",)),
    "national_platform_branch": Traits(extras=("talent",), conditions=("elig_talent_platform",)),
    "rd_headquarters": Traits(
        hosts=SERVICES, extras=("founder",), conditions=("elig_rd_hq",), lead_condition="elig_rd_hq"
    ),
    "specialised_research_institute": Traits(hosts=SERVICES, records=CONTRACTS, extras=("roadmap",)),
    "enterprise_rd_institution": Traits(
        hosts=ENTERPRISE, conditions=("elig_cultivation_entry",), cultivates=True
    ),
    "chain_collaborative_centre": Traits(extras=("founding",)),
    "joint_research_centre": Traits(extras=("founding",)),
    "poc_platform": Traits(hosts=SERVICES, records=CONTRACTS),
    "public_tech_service_platform": Traits(
        hosts=SERVICES, records=SHARING, extras=("services",), mechanisms=("mech_ptsp_coordination",)
    ),
    "pilot_test_base": Traits(hosts=SERVICES, records=(*SHARING, *CONTRACTS)),
    "startup_nursery": Traits(hosts=SERVICES, records=INCUBATION, chain="startup_nursery"),
    "incubator": Traits(hosts=SERVICES, records=INCUBATION, chain="incubator"),
    "maker_space": Traits(hosts=SERVICES, records=INCUBATION),
    "accelerator": Traits(hosts=SERVICES, records=INCUBATION, chain="accelerator"),
    "science_park": Traits(hosts=SERVICES, records=INCUBATION, chain="science_park"),
    "university_science_park": Traits(
        hosts=(Kind.UNIVERSITY, Kind.ENTERPRISE, Kind.OTHER), records=INCUBATION
    ),
    "instrument_sharing_unit": Traits(
        hosts=ANYBODY, records=SHARING, extras=("network",), conditions=("elig_inst_network",)
    ),
    "fintech_service_platform": Traits(hosts=(Kind.ENTERPRISE, Kind.AGENCY, Kind.OTHER)),
    "dual_innovation_base": Traits(hosts=SERVICES),
    "ip_service_centre": Traits(hosts=ANYBODY),
    "productivity_centre": Traits(hosts=ANYBODY),
    "academician_workstation": Traits(
        records=STATION,
        extras=("participation",),
        mechanisms=("mech_workstation_model",),
        conditions=("elig_workstation_participation",),
    ),
    "national_talent_workstation": Traits(
        records=STATION,
        extras=("participation",),
        mechanisms=("mech_workstation_model",),
        conditions=("elig_workstation_participation",),
    ),
    "postdoctoral_workstation": Traits(records=STATION),
    "postdoctoral_practice_base": Traits(records=STATION),
    "expert_service_base": Traits(records=STATION),
    "international_cooperation_base": Traits(extras=("founding",)),
    "technology_transfer_institution": Traits(
        hosts=ANYBODY, records=CONTRACTS, extras=("subtypes",), mechanisms=("mech_transform_tracking",)
    ),
    "technology_forum": Traits(hosts=ANYBODY, records=FORUM, mechanisms=("mech_transform_tracking",)),
}
