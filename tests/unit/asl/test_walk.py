"""Walking a definition."""

from mlmax_pipelines.asl.walk import walk_states

PASS = {"Type": "Pass", "End": True}
DEFINITION = {
    "StartAt": "P",
    "States": {
        "P": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "A", "States": {"A": PASS}},
                {
                    "StartAt": "M",
                    "States": {
                        "M": {
                            "Type": "Map",
                            "ItemProcessor": {"StartAt": "I", "States": {"I": PASS}},
                        }
                    },
                },
            ],
        },
        "Old": {"Type": "Map", "Iterator": {"StartAt": "J", "States": {"J": PASS}}},
    },
}


def test_every_state_is_found_containers_first():
    assert [found.name for found in walk_states(DEFINITION)] == list("PAMI") + [
        "Old",
        "J",
    ]


def test_the_path_leads_to_the_state():
    for found in walk_states(DEFINITION):
        value = DEFINITION
        for key in found.path:
            value = value[key]
        assert value is found.state
        assert found.path[-1] == found.name
