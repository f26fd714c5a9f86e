"""Fixed words of innovation communities in Zibo."""

KIND = "innovation_community"
ALLIANCE = "industry_alliance"
CLUSTER = "innovative_cluster"
PLACE = "370300"
INDUSTRY_LIST = "zibo_four_strong"
