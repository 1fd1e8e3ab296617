"""The cases of `bench gpu` in PyTorch and JAX, one JSON object a line; what fails or is too late is a line on standard error.

Steps also say the mean losses of their first and last ten of a hundred warm-up steps. With --device cpu sizes are small, to test this script itself: the figures then mean nothing.

usage: gpu_peers.py --seconds N [--device cuda|cpu] [--steps NAME,NAME] [torch] [jax]
"""
import argparse
import json
import math
import sys
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("modules", nargs="*", metavar="MODULE", help="torch, jax")
parser.add_argument("--seconds", type=float, required=True, help="time for everything")
parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
parser.add_argument("--steps", help="only these training steps, and nothing else")
OPTIONS = parser.parse_args()
END = time.perf_counter() + 0.9 * OPTIONS.seconds
SECONDS_PER_CASE = min(0.4, OPTIONS.seconds / 500)
IS_CPU = OPTIONS.device == "cpu"
ROWS, COLUMNS = (256, 512) if IS_CPU else (16384, 4096)
SIZES = (256,) if IS_CPU else (1024, 4096, 8192)
WARM_STEPS, ENDS = 100, 10


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


def timed(case, variant, run, wait):
    """Warm-up steps, of whose losses the ends are kept, then the time of a step."""
    losses = [run() for _ in range(WARM_STEPS)]
    wait()
    losses = [float(loss) for loss in losses]
    if not all(math.isfinite(loss) for loss in losses):
        raise ArithmeticError(f"a loss is not finite: {losses[:3]} ... {losses[-3:]}")
    put(case, variant, us_per_step=median(run, wait) * 1e6, first_loss=sum(losses[:ENDS]) / ENDS, last_loss=sum(losses[-ENDS:]) / ENDS)


def chosen(names):
    return [name for name in names if OPTIONS.steps is None or name in OPTIONS.steps.split(",")]


def torch_peer():
    import torch
    import torch.nn as nn
    import torch.nn.functional as F

    device = OPTIONS.device
    if not IS_CPU and not torch.cuda.is_available():
        say("PyTorch finds no CUDA device")
        return
    wait = (lambda: None) if IS_CPU else torch.cuda.synchronize
    torch.manual_seed(0)

    def products():
        for size in SIZES:
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

    # Each takes a compiler of functions and gives the parameters, in groups where rates differ, and a compiled loss.
    def classifier(compiler, batch, width):
        net = network([width, 256, 256, 10], nn.ReLU)
        x, classes = torch.randn(batch, width, device=device), torch.randint(0, 10, (batch,), device=device)
        return net.parameters(), compiler(lambda: F.cross_entropy(net(x), classes))

    def flow(compiler):
        net = network([3, 64, 64, 64, 2], nn.SELU)
        points = torch.randn(100_000, 2, device=device)

        def loss():
            target = points[torch.randint(0, 100_000, (256,), device=device)]
            noise, t = torch.randn(256, 2, device=device), torch.rand(256, 1, device=device)
            return F.mse_loss(net(torch.cat([(1 - t) * noise + t * target, t], 1)), target - noise)
        return net.parameters(), compiler(loss)

    def iv(compiler, second):
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
        return (response if second else mixture).parameters(), compiler(second_loss if second else first_loss)

    def multitask(compiler):
        trunk = network([1024, 512, 512], nn.ReLU, last=True)
        heads = nn.ModuleList([nn.Linear(512, 1) for _ in range(16)]).to(device)
        inputs, targets = torch.randn(4096, 1024, device=device), torch.randn(4096, 16, device=device)

        def loss():
            rows = torch.randint(0, 4096, (128,), device=device)
            features, expected = trunk(inputs[rows]), targets[rows]
            return sum(F.mse_loss(head(features).squeeze(1), expected[:, i]) for i, head in enumerate(heads))
        return [*trunk.parameters(), *heads.parameters()], compiler(loss)

    # Trajectories move together, those that have stopped with them, until the last has stopped; the derivative goes through all moves.
    def gflownet(compiler):
        dimensions, side, batch = 4, 20, 16
        policy = network([dimensions * side, 256, 256, dimensions + 1], nn.ReLU)
        log_z = nn.Parameter(torch.zeros(1, device=device))

        def log_reward(s):
            a = (s / (side - 1) - 0.5).abs()
            return (1e-3 + 0.5 * (a > 0.25).all(1).float() + 2.0 * ((a > 0.3) & (a < 0.4)).all(1).float()).log()

        def move(s, live, forward, backward):
            logits = policy(F.one_hot(s, side).view(batch, dimensions * side).float())
            blocked = torch.cat([s == side - 1, torch.zeros(batch, 1, dtype=torch.bool, device=device)], 1)
            scores = logits.masked_fill(blocked, -math.inf).log_softmax(1)
            noise = -torch.log(-torch.log(torch.rand_like(scores).clamp_min(1e-20)))
            action = (scores.detach() + noise).argmax(1)
            forward = forward + torch.where(live, scores.gather(1, action[:, None]).squeeze(1), 0.0)
            live = live & (action != dimensions)
            s = s + F.one_hot(action.clamp(max=dimensions - 1), dimensions) * live[:, None]
            parents = (s > 0).sum(1).clamp(min=1).float()
            return s, live, forward, backward - torch.where(live, parents.log(), 0.0)
        move = compiler(move)

        def loss():
            s, live = torch.zeros(batch, dimensions, dtype=torch.long, device=device), torch.ones(batch, dtype=torch.bool, device=device)
            forward = backward = torch.zeros(batch, device=device)
            while live.any():
                s, live, forward, backward = move(s, live, forward, backward)
            return ((log_z + forward - log_reward(s) - backward) ** 2).mean()
        return [{"params": list(policy.parameters())}, {"params": [log_z], "lr": 1e-1}], loss

    steps = {"mlp-16": lambda c: classifier(c, 16, 64), "mlp-256": lambda c: classifier(c, 256, 256), "cfm-2d": flow, "deepiv-1": lambda c: iv(c, False),
             "deepiv-2": lambda c: iv(c, True), "multitask-16": multitask, "gflownet-20x4": gflownet}

    def step(name, mode):
        if mode is not None:
            torch._dynamo.reset()
        parameters, loss = steps[name](lambda function: function if mode is None else torch.compile(function, mode=mode))
        optimizer = torch.optim.Adam(list(parameters), lr=1e-3, fused=True)
        update = optimizer.step if mode is None else torch.compile(optimizer.step)

        # Gradients are dropped, not zeroed.
        def run():
            if mode is not None:
                torch.compiler.cudagraph_mark_step_begin()
            value = loss()
            value.backward()
            update()
            optimizer.zero_grad(set_to_none=True)

            # A graph's output is written over by its next run.
            return value.detach().clone()
        timed(f"step/{name}", f"torch-compile {mode}" if mode else "torch-eager", run, wait)

    say(f"PyTorch {torch.__version__}, {'cpu' if IS_CPU else torch.cuda.get_device_name()}")
    if OPTIONS.steps is None:
        attempt("torch products", products)
        attempt("torch memory", memory)
    for name in chosen(steps):
        attempt(f"torch {name}", lambda: step(name, None))
    yield
    for mode in ("reduce-overhead", "max-autotune"):
        for name in chosen(steps):
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

    def iv(second):
        features, treatments, outcomes = (random.normal(random.key(1 + i), (20_000, n)) for i, n in enumerate((3, 1, 1)))
        mixture = weights(random.key(0), [3, 128, 64, 32, 30])

        def parts(net, x):
            return jnp.split(apply(net, x), 3, 1)

        def first_loss(net, key):
            rows = random.randint(key, (100,), 0, 20_000)
            logits, means, deviations = parts(net, features[rows])
            z = (treatments[rows] - means) / jnp.exp(deviations)
            return -jax.nn.logsumexp(jax.nn.log_softmax(logits) - deviations - 0.5 * z * z, 1).mean()

        def treatment(x, key):
            component_key, noise_key = random.split(key)
            logits, means, deviations = parts(mixture, x)
            component = random.categorical(component_key, logits)[:, None]
            deviation = jnp.exp(jnp.take_along_axis(deviations, component, 1))
            return jnp.take_along_axis(means, component, 1) + deviation * random.normal(noise_key, (100, 1))

        def second_loss(net, key):
            rows_key, one_key, other_key = random.split(key, 3)
            rows = random.randint(rows_key, (100,), 0, 20_000)
            x, y = features[rows], outcomes[rows]
            one, other = (apply(net, jnp.concatenate([treatment(x, k), x[:, :2]], 1)) for k in (one_key, other_key))
            return ((y - one) * (y - other)).mean()
        return (weights(random.key(4), [3, 128, 64, 32, 1]), second_loss) if second else (mixture, first_loss)

    # Trajectories are sampled without derivatives into arrays of the longest length, then all positions are scored at once.
    def gflownet():
        dimensions, side, batch = 4, 20, 16
        longest = dimensions * (side - 1) + 1

        def scores(net, positions):
            hot = jax.nn.one_hot(positions, side).reshape(*positions.shape[:-1], dimensions * side)
            blocked = jnp.concatenate([positions == side - 1, jnp.zeros((*positions.shape[:-1], 1), bool)], -1)
            return jax.nn.log_softmax(jnp.where(blocked, -jnp.inf, apply(net, hot)))

        def log_reward(s):
            a = jnp.abs(s / (side - 1) - 0.5)
            return jnp.log(1e-3 + 0.5 * (a > 0.25).all(1) + 2.0 * ((a > 0.3) & (a < 0.4)).all(1))

        def sample(net, key):
            def move(state):
                time, s, live, backward, positions, actions, key = state
                key, draw = random.split(key)
                action = random.categorical(draw, scores(net, s))
                positions, actions = positions.at[time].set(s), actions.at[time].set(jnp.where(live, action, -1))
                live = live & (action != dimensions)
                # A row of zeros for those that stay.
                s = s + jax.nn.one_hot(jnp.where(live, action, dimensions), dimensions, dtype=s.dtype)
                parents = jnp.maximum((s > 0).sum(1), 1)
                return time + 1, s, live, backward - jnp.where(live, jnp.log(parents), 0), positions, actions, key
            start = (0, jnp.zeros((batch, dimensions), jnp.int32), jnp.ones(batch, bool), jnp.zeros(batch),
                     jnp.zeros((longest, batch, dimensions), jnp.int32), jnp.full((longest, batch), -1, jnp.int32), key)
            _, s, _, backward, positions, actions, _ = jax.lax.while_loop(lambda state: state[2].any(), move, start)
            return positions, actions, log_reward(s) + backward

        def loss(net, key):
            positions, actions, target = sample(jax.lax.stop_gradient(net["policy"]), key)
            taken = jnp.take_along_axis(scores(net["policy"], positions), jnp.maximum(actions, 0)[..., None], -1)[..., 0]
            forward = jnp.where(actions >= 0, taken, 0).sum(0)
            return ((net["log_z"] + forward - target) ** 2).mean()
        net = {"policy": weights(random.key(0), [dimensions * side, 256, 256, dimensions + 1]), "log_z": jnp.zeros(())}
        return net, loss, {"policy": 1, "log_z": 100}

    def multitask():
        inputs, targets = random.normal(random.key(1), (4096, 1024)), random.normal(random.key(2), (4096, 16))

        def loss(nets, key):
            trunk, heads = nets
            rows = random.randint(key, (128,), 0, 4096)
            features, expected = apply(trunk, inputs[rows], last=True), targets[rows]
            return sum(((apply(head, features)[:, 0] - expected[:, i]) ** 2).mean() for i, head in enumerate(heads))
        return (weights(random.key(0), [1024, 512, 512]), [weights(random.key(3 + i), [512, 1]) for i in range(16)]), loss

    def step(name, make):
        # Rates, as multiples of 1e-3, are given where parts of the network have other ones.
        net, loss, *scales = make()
        rates = {part: jax.tree.map(lambda _: 1e-3 * scales[0][part], net[part]) for part in net} if scales else jax.tree.map(lambda _: 1e-3, net)
        zeros = jax.tree.map(jnp.zeros_like, net)

        @functools.partial(jax.jit, donate_argnums=0)
        def one(state):
            net, first, second, count, key = state
            key, draw = random.split(key)
            value, gradient = jax.value_and_grad(loss)(net, draw)
            count = count + 1
            first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
            second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
            net = jax.tree.map(lambda p, m, v, rate: p - rate * m / (1 - 0.9**count) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8), net, first, second, rates)
            return (net, first, second, count, key), value

        holder = [(net, zeros, jax.tree.map(jnp.zeros_like, net), jnp.float32(0), random.key(9)), None]

        def run():
            holder[0], holder[1] = one(holder[0])
            return holder[1]
        timed(f"step/{name}", "jax", run, lambda: jax.block_until_ready(holder[1]))

    if jax.default_backend() != ("cpu" if IS_CPU else "gpu"):
        say(f"JAX finds no {'CPU' if IS_CPU else 'GPU'}")
        return
    jax.config.update("jax_default_matmul_precision", "highest")
    say(f"JAX {jax.__version__}")
    steps = {"mlp-16": lambda: classifier(16, 64), "mlp-256": lambda: classifier(256, 256), "cfm-2d": flow, "deepiv-1": lambda: iv(False), "deepiv-2": lambda: iv(True),
             "multitask-16": multitask, "gflownet-20x4": gflownet}
    for name in chosen(steps):
        attempt(f"jax {name}", lambda: step(name, steps[name]))


compiling = iter(())
if "torch" in OPTIONS.modules:
    compiling = torch_peer()
    attempt("torch", lambda: next(compiling, None))
if "jax" in OPTIONS.modules:
    import os
    # PyTorch is in the same process.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    attempt("jax", jax_peer)
# Compilation takes minutes, so it comes last.
attempt("torch compiled", lambda: next(compiling, None))
