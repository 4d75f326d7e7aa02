"""Whatever a file says, there is a result or a refusal, never anything else."""

from __future__ import annotations

import copy
import json
from random import Random

from checker.files import InputError
from checker.scenarios import document, run
from checker.scenarios.errors import Refused
from checker.scenarios.layouts import DOCUMENTS, Report, Reports
from tests.checker.scenarios.scenes import AMENDED, WRITTEN
from tests.checker.scenarios.test_calls import SCENES

ODD = [
    None, True, 0, 1, 7, -1, 2**32 - 1, 2**32, 1.5, "", "a", "same", "parent", [], [0], [1, 1], {},
    {"0": 1}, [None], {"at": 1}, 10**30, "\u009b31m",
]  # fmt: skip


def parts(data, path=()):
    yield path
    if isinstance(data, dict | list):
        for key, item in data.items() if isinstance(data, dict) else enumerate(data):
            yield from parts(item, (*path, key))


def mutated(rng, scene):
    data = copy.deepcopy({"name": "x", "module": "paras", **scene})
    for _ in range(rng.randint(1, 3)):
        path = rng.choice([p for p in parts(data) if len(p) > 1 or p[:1] == ("setup",)])
        inside = data
        for key in path[:-1]:
            inside = inside[key]
        if rng.random() < 0.2 and isinstance(inside, dict):
            del inside[path[-1]]
        else:
            inside[path[-1]] = copy.deepcopy(rng.choice(ODD))
    return json.dumps(data).encode()


def test_a_mutated_scenario_is_run_or_refused():
    rng = Random(20)
    scenes = list(SCENES.values())
    words = []
    for i in range(3000):
        try:
            scenario = document.parse(mutated(rng, rng.choice(scenes)), "x.json")
            result = run.run(scenario, WRITTEN if i % 3 == 0 else AMENDED)
        except (Refused, InputError):
            words.append("refused")
            continue
        words.append(str(result.word))
        report = Reports("any", [Report("x.json", result)])
        assert "\u009b" not in DOCUMENTS["text"](report)
    assert set(words) == {"passed", "FAILED", "unsupported", "refused"}
