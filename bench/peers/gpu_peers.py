"""The cases of `bench gpu` in PyTorch and JAX, one JSON object a line; what fails or is too late is a line on standard error.

usage: gpu_peers.py --seconds N [torch] [jax]
"""
import json
import sys
import time

SECONDS = float(sys.argv[sys.argv.index("--seconds") + 1])
END = time.perf_counter() + 0.9 * SECONDS
SECONDS_PER_CASE = min(0.4, SECONDS / 500)
ROWS, COLUMNS = 16384, 4096


def say(text):
    print("peer: " + text.replace("\n", " ")[:300], file=sys.stderr, flush=True)


def put(case, variant, **figures):
    print(json.dumps({"case": case, "variant": variant, **figures}), flush=True)


def attempt(label, run):
    if time.perf_counter() > END:
        say(f"{label} left out, the time is over")
        return
    try:
        run()
    except Exception as error:
        say(f"{label} failed: {type(error).__name__}: {error}")


def median(call, wait):
    """Seconds a call: batches of calls with one wait each, after a warm-up."""
    for _ in range(3):
        call()
    wait()
    start = time.perf_counter()
    call()
    wait()
    repeats = int(min(1000, max(1, 0.004 / (time.perf_counter() - start))))
    times = []
    end = time.perf_counter() + SECONDS_PER_CASE
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        wait()
        times.append((time.perf_counter() - start) / repeats)
    times.sort()
    return times[len(times) // 2]


def torch_peer():
    import torch
    import torch.nn as nn
    import torch.nn.functional as F

    if not torch.cuda.is_available():
        say("PyTorch finds no CUDA device")
        return
    device = "cuda"
    wait = torch.cuda.synchronize
    torch.manual_seed(0)

    def products():
        for size in (1024, 4096, 8192):
            for numbers in ("f32", "tf32", "bf16"):
                torch.backends.cuda.matmul.allow_tf32 = numbers == "tf32"
                kind = torch.bfloat16 if numbers == "bf16" else torch.float32
                a, b = (torch.rand(size, size, device=device).to(kind) for _ in range(2))
                c = torch.empty(size, size, device=device, dtype=kind)
                seconds = median(lambda: torch.mm(a, b, out=c), wait)
                put(f"matmul/{size}/{numbers}", "torch", us=seconds * 1e6, tflops=2 * size**3 / seconds / 1e12)
        torch.backends.cuda.matmul.allow_tf32 = False

    def memory():
        array = 4 * ROWS * COLUMNS
        x, y = (torch.rand(ROWS, COLUMNS, device=device) + 0.1 for _ in range(2))
        tracked = x.clone().requires_grad_()
        normal = F.layer_norm(tracked, (COLUMNS,))
        classes = torch.randint(0, COLUMNS, (ROWS,), device=device)
        scale, shift = torch.ones(COLUMNS, device=device), torch.zeros(COLUMNS, device=device)
        target = torch.empty_like(x)
        cases = [("copy", 2, lambda: target.copy_(x)), ("relu", 2, lambda: torch.relu(x)), ("exp", 2, lambda: torch.exp(x)), ("add", 3, lambda: x + y),
                 ("chain", 3, lambda: torch.sigmoid(x * y + 1) * x - y),
                 ("softmax", 2, lambda: x.softmax(1)), ("log_softmax", 2, lambda: x.log_softmax(1)),
                 ("layer_norm", 2, lambda: F.layer_norm(x, (COLUMNS,), scale, shift)),
                 ("layer_norm-backward", 3, lambda: torch.autograd.grad(normal, tracked, y, retain_graph=True)),
                 ("sum_rows", 1, lambda: x.sum(1)), ("sum_columns", 1, lambda: x.sum(0)), ("sum_all", 1, lambda: x.sum()),
                 ("cross_entropy", 1, lambda: F.cross_entropy(x, classes, reduction="none")),
                 ("uniform", 1, lambda: target.uniform_()), ("normal", 1, lambda: target.normal_())]
        for name, arrays, call in cases:
            seconds = median(call, wait)
            put(f"memory/{name}", "torch", us=seconds * 1e6, gb_per_s=arrays * array / seconds / 1e9)
        weight = torch.zeros(ROWS * COLUMNS, device=device, requires_grad=True)
        weight.grad = torch.zeros_like(weight)
        seconds = median(torch.optim.Adam([weight], lr=1e-3, fused=True).step, wait)
        put("memory/adam", "torch", us=seconds * 1e6, gb_per_s=7 * array / seconds / 1e9)

    def network(sizes, activation, last=False):
        layers = []
        for i in range(len(sizes) - 1):
            layers.append(nn.Linear(sizes[i], sizes[i + 1]))
            if i < len(sizes) - 2 or last:
                layers.append(activation())
        return nn.Sequential(*layers).to(device)

    def classifier(batch, width):
        net = network([width, 256, 256, 10], nn.ReLU)
        x, classes = torch.randn(batch, width, device=device), torch.randint(0, 10, (batch,), device=device)
        return net.parameters(), lambda: F.cross_entropy(net(x), classes)

    def flow():
        net = network([3, 64, 64, 64, 2], nn.SELU)
        points = torch.randn(100_000, 2, device=device)

        def loss():
            target = points[torch.randint(0, 100_000, (256,), device=device)]
            noise, t = torch.randn(256, 2, device=device), torch.rand(256, 1, device=device)
            return F.mse_loss(net(torch.cat([(1 - t) * noise + t * target, t], 1)), target - noise)
        return net.parameters(), loss

    def iv(second):
        mixture, response = network([3, 128, 64, 32, 30], nn.ReLU), network([3, 128, 64, 32, 1], nn.ReLU)
        features, treatments, outcomes = (torch.randn(20_000, n, device=device) for n in (3, 1, 1))

        def parts(x):
            return mixture(x).split(10, 1)

        def first_loss():
            rows = torch.randint(0, 20_000, (100,), device=device)
            logits, means, deviations = parts(features[rows])
            z = (treatments[rows] - means) / deviations.exp()
            return -(logits.log_softmax(1) - deviations - 0.5 * z * z).logsumexp(1).mean()

        def treatment(x):
            with torch.no_grad():
                logits, means, deviations = parts(x)
                gumbel = -torch.log(-torch.log(torch.rand_like(logits).clamp_min(1e-20)))
                component = (logits + gumbel).argmax(1, keepdim=True)
                return means.gather(1, component) + deviations.gather(1, component).exp() * torch.randn(100, 1, device=device)

        def second_loss():
            rows = torch.randint(0, 20_000, (100,), device=device)
            x, y = features[rows], outcomes[rows]
            one, other = (response(torch.cat([treatment(x), x[:, :2]], 1)) for _ in range(2))
            return ((y - one) * (y - other)).mean()
        return (response if second else mixture).parameters(), second_loss if second else first_loss

    def multitask():
        trunk = network([1024, 512, 512], nn.ReLU, last=True)
        heads = nn.ModuleList([nn.Linear(512, 1) for _ in range(16)]).to(device)
        inputs, targets = torch.randn(4096, 1024, device=device), torch.randn(4096, 16, device=device)

        def loss():
            rows = torch.randint(0, 4096, (128,), device=device)
            features, expected = trunk(inputs[rows]), targets[rows]
            return sum(F.mse_loss(head(features).squeeze(1), expected[:, i]) for i, head in enumerate(heads))
        return [*trunk.parameters(), *heads.parameters()], loss

    steps = {"mlp-16": lambda: classifier(16, 64), "mlp-256": lambda: classifier(256, 256), "cfm-2d": flow, "deepiv-1": lambda: iv(False),
             "deepiv-2": lambda: iv(True), "multitask-16": multitask}

    def step(name, mode):
        parameters, loss = steps[name]()
        optimizer = torch.optim.Adam(list(parameters), lr=1e-3, fused=True)

        # Forward, backward and the optimiser's pass are compiled as one where PyTorch takes them so; gradients are dropped, not zeroed.
        def one():
            value = loss()
            value.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            return value
        if mode is None:
            run = one
        else:
            torch._dynamo.reset()
            compiled = torch.compile(loss, mode=mode)
            update = torch.compile(optimizer.step)

            def run():
                torch.compiler.cudagraph_mark_step_begin()
                compiled().backward()
                update()
                optimizer.zero_grad(set_to_none=True)
        put(f"step/{name}", f"torch-compile {mode}" if mode else "torch-eager", us_per_step=median(run, wait) * 1e6)

    say(f"PyTorch {torch.__version__}, {torch.cuda.get_device_name()}")
    attempt("torch products", products)
    attempt("torch memory", memory)
    for name in steps:
        attempt(f"torch {name}", lambda: step(name, None))
    yield
    for mode in ("reduce-overhead", "max-autotune"):
        for name in steps:
            attempt(f"torch {name} {mode}", lambda: step(name, mode))


def jax_peer():
    import functools

    import jax
    import jax.numpy as jnp
    from jax import random

    def weights(key, sizes):
        keys = random.split(key, len(sizes) - 1)
        return [(random.normal(k, (m, n)) / m**0.5, jnp.zeros(n)) for k, m, n in zip(keys, sizes, sizes[1:])]

    def apply(net, x, activation=jax.nn.relu, last=False):
        for i, (w, b) in enumerate(net):
            x = x @ w + b
            if i < len(net) - 1 or last:
                x = activation(x)
        return x

    def classifier(batch, width):
        x, classes = random.normal(random.key(1), (batch, width)), random.randint(random.key(2), (batch,), 0, 10)
        return weights(random.key(0), [width, 256, 256, 10]), lambda net, key: -jnp.take_along_axis(jax.nn.log_softmax(apply(net, x)), classes[:, None], 1).mean()

    def flow():
        points = random.normal(random.key(1), (100_000, 2))

        def loss(net, key):
            a, b, c = random.split(key, 3)
            target, noise, t = points[random.randint(a, (256,), 0, 100_000)], random.normal(b, (256, 2)), random.uniform(c, (256, 1))
            return ((apply(net, jnp.concatenate([(1 - t) * noise + t * target, t], 1), jax.nn.selu) - target + noise) ** 2).mean()
        return weights(random.key(0), [3, 64, 64, 64, 2]), loss

    def iv():
        features, treatments = random.normal(random.key(1), (20_000, 3)), random.normal(random.key(2), (20_000, 1))

        def loss(net, key):
            rows = random.randint(key, (100,), 0, 20_000)
            logits, means, deviations = jnp.split(apply(net, features[rows]), 3, 1)
            z = (treatments[rows] - means) / jnp.exp(deviations)
            return -jax.nn.logsumexp(jax.nn.log_softmax(logits) - deviations - 0.5 * z * z, 1).mean()
        return weights(random.key(0), [3, 128, 64, 32, 30]), loss

    def multitask():
        inputs, targets = random.normal(random.key(1), (4096, 1024)), random.normal(random.key(2), (4096, 16))

        def loss(nets, key):
            trunk, heads = nets
            rows = random.randint(key, (128,), 0, 4096)
            features, expected = apply(trunk, inputs[rows], last=True), targets[rows]
            return sum(((apply(head, features)[:, 0] - expected[:, i]) ** 2).mean() for i, head in enumerate(heads))
        return (weights(random.key(0), [1024, 512, 512]), [weights(random.key(3 + i), [512, 1]) for i in range(16)]), loss

    def step(name, make):
        net, loss = make()
        zeros = jax.tree.map(jnp.zeros_like, net)

        @functools.partial(jax.jit, donate_argnums=0)
        def one(state):
            net, first, second, count, key = state
            key, draw = random.split(key)
            value, gradient = jax.value_and_grad(loss)(net, draw)
            count = count + 1
            first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
            second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
            net = jax.tree.map(lambda p, m, v: p - 1e-3 * m / (1 - 0.9**count) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8), net, first, second)
            return (net, first, second, count, key), value

        holder = [(net, zeros, jax.tree.map(jnp.zeros_like, net), jnp.float32(0), random.key(9)), None]

        def run():
            holder[0], holder[1] = one(holder[0])
        seconds = median(run, lambda: jax.block_until_ready(holder[1]))
        put(f"step/{name}", "jax", us_per_step=seconds * 1e6)

    if jax.default_backend() != "gpu":
        say("JAX finds no GPU")
        return
    jax.config.update("jax_default_matmul_precision", "highest")
    say(f"JAX {jax.__version__}")
    for name, make in {"mlp-16": lambda: classifier(16, 64), "mlp-256": lambda: classifier(256, 256), "cfm-2d": flow, "deepiv-1": iv, "multitask-16": multitask}.items():
        attempt(f"jax {name}", lambda: step(name, make))


compiling = iter(())
if "torch" in sys.argv:
    compiling = torch_peer()
    attempt("torch", lambda: next(compiling, None))
if "jax" in sys.argv:
    import os
    # PyTorch is in the same process.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    attempt("jax", jax_peer)
# Compilation takes minutes, so it comes last.
attempt("torch compiled", lambda: next(compiling, None))
