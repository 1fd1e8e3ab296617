"""The cases of `bench ops` in PyTorch, eager or with torch.compile, under the same names: one JSON object a line.

usage: torch_ops.py [--compile] THREADS
"""
import json
import sys
import time

import torch
import torch.nn.functional as F

COUNT = 1 << 15
SECONDS_PER_CASE = 0.12
threads = int(sys.argv[-1])
compiled = "--compile" in sys.argv
torch.set_num_threads(threads)
torch.manual_seed(0)


def data(*shape):
    return torch.rand(*shape) + 0.1


def measure(name, call, calls=1):
    end = time.perf_counter() + SECONDS_PER_CASE / 4
    call()
    while time.perf_counter() < end:
        call()
    times = []
    end = time.perf_counter() + SECONDS_PER_CASE
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - start)
    times.sort()
    print(json.dumps({"op": name, "variant": "compiled" if compiled else "eager", "threads": threads, "ns": times[len(times) // 2] / calls}), flush=True)


def plain(name, op, *operands):
    run = torch.compile(op, dynamic=False) if compiled else op
    with torch.no_grad():
        measure(name, lambda: run(*operands))


def eager_adds(x, y, calls):
    for _ in range(calls):
        x + y


if threads == 1 and not compiled:
    x, y = data(16).requires_grad_(), data(16)
    measure("eager-add-16", lambda: eager_adds(x, y, 1000), 1000)

a, b = data(COUNT), data(COUNT)
plain("add", lambda x, y: x + y, a, b)
plain("mul", lambda x, y: x * y, a, b)
for name, op in {"relu": torch.relu, "sqrt": torch.sqrt, "exp": torch.exp, "log": torch.log, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
                 "gelu": F.gelu, "silu": F.silu, "sin": torch.sin, "erf": torch.erf}.items():
    plain(name, lambda x, op=op: op(x), a)

for width in (10, 64, 512, 4096):
    rows = COUNT // width
    targets = torch.randint(0, width, (rows,))
    for name, op in {"softmax": lambda t: t.softmax(1), "log_softmax": lambda t: t.log_softmax(1),
                     "layer_norm": lambda t, width=width: F.layer_norm(t, (width,)),
                     "cross_entropy": lambda t, targets=targets: F.cross_entropy(t, targets)}.items():
        plain(f"{name}-{width}", op, data(rows, width))
        tracked = data(rows, width).requires_grad_()
        result = (torch.compile(op, dynamic=False) if compiled else op)(tracked)
        cotangent = torch.rand_like(result)
        measure(f"{name}-{width}-backward", lambda: torch.autograd.grad(result, tracked, cotangent, retain_graph=True))

matrix = data(256, 128)
plain("sum-all", lambda x: x.sum(), a)
plain("sum-rows", lambda x: x.sum(1), matrix)
plain("sum-columns", lambda x: x.sum(0), matrix)
plain("max-rows", lambda x: x.amax(1), matrix)
plain("logsumexp-rows", lambda x: x.logsumexp(1), matrix)
plain("uniform", lambda: torch.rand(COUNT))
plain("normal", lambda: torch.randn(COUNT))
for rows, classes in ((256, 10), (64, 512)):
    plain(f"categorical-{classes}", lambda x: x.softmax(1).multinomial(1), data(rows, classes))

for batch, outputs, inputs in ((16, 256, 256), (100, 128, 64), (256, 64, 64)):
    name = f"matmul-{batch}x{outputs}x{inputs}"
    x, w, g = data(batch, inputs), data(outputs, inputs), data(batch, outputs)
    plain(f"{name}-nt", lambda x, w: x @ w.t(), x, w)
    plain(f"{name}-nn", lambda g, w: g @ w, g, w)
    plain(f"{name}-tn", lambda g, x: g.t() @ x, g, x)
