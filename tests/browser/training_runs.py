"""Training runs that a browser does, and the fingerprints that the weights must have afterwards."""

import json

from servers import ROOT

GOLDEN_RUNS = json.loads((ROOT / "tests" / "golden" / "training-fingerprints.json").read_text())
SCRIPTS = ["core/worker-code.js"] + [
    f"nn/training/{name}.js"
    for name in (
        "exact-math",
        "random-source",
        "initial-network",
        "matrix-products",
        "batch-pass",
        "optimizers",
        "distortions",
        "settings",
        "training-engine",
        "training-session",
        "trainer",
    )
]
LOAD = f"for (const script of {SCRIPTS}) await MNIST.core.loadScript('js/' + script);"

# The body of an async function: each run in a worker, if there may be one.
TRAIN = f"""
  {LOAD}
  const {{ test, training }} = await MNIST.learn.loadDigits();
  const found = [];
  let isInWorker = true;
  for (const {{ settings, choice, batches }} of {json.dumps(GOLDEN_RUNS)}) {{
    let weights = '';
    const trainer = new MNIST.nn.Trainer({{
      network: MNIST.nn.initialNetwork(choice), settings, digits: training, test,
      onProgress: ({{ network }}) => {{ weights = MNIST.nn.fingerprint(network); }},
    }});
    await trainer.run({{ batches }});
    isInWorker &&= trainer.isInWorker;
    trainer.stop();
    found.push(weights);
  }}
  return {{ found, isInWorker }};"""
EXPECTED = [run["fingerprint"] for run in GOLDEN_RUNS]
