"""The decoder as ONNX with the names and shapes of Qwen2 exports, over weights in one external file."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from decoder import Config, Decoder, rotary_tables
from quantize import BLOCK, quantized

MICROSOFT = "com.microsoft"


class Graph:
    """Nodes and weights as they are added; `add` gives the name of a node's only output."""

    def __init__(self, bits: int):
        self.bits = bits
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.names = 0

    def fresh(self, kind: str) -> str:
        self.names += 1
        return f"{kind}_{self.names}"

    def add(self, kind: str, *inputs: str, domain: str = "", outputs: list[str] | None = None, **attributes) -> str:
        outputs = outputs or [self.fresh(kind)]
        self.nodes.append(helper.make_node(kind, list(inputs), outputs, domain=domain, **attributes))
        return outputs[0]

    def weight(self, name: str, value: np.ndarray) -> str:
        if all(known.name != name for known in self.weights):
            self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def integers(self, *values: int) -> str:
        return self.weight("i64_" + "_".join(map(str, values)), np.array(values, np.int64))

    def integer(self, value: int) -> str:
        return self.weight(f"i64_scalar_{value}", np.array(value, np.int64))

    def linear(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray | None = None) -> str:
        """x times the transpose of weight[N, K]."""
        if self.bits == 4:
            nibbles, scales, _ = quantized(weight)
            inputs = [x, self.weight(f"{name}.weight_Q4", nibbles), self.weight(f"{name}.weight_scales", scales)]
            sizes = {"K": weight.shape[1], "N": weight.shape[0], "bits": 4, "block_size": BLOCK}
            out = self.add("MatMulNBits", *inputs, domain=MICROSOFT, **sizes)
        else:
            out = self.add("MatMul", x, self.weight(f"{name}.weight", weight.T))
        return out if bias is None else self.add("Add", out, self.weight(f"{name}.bias", bias))

    def norm(self, x: str, name: str, weight: np.ndarray, epsilon: float) -> str:
        inputs = [x, self.weight(name, weight)]
        return self.add("SimplifiedLayerNormalization", *inputs, axis=-1, epsilon=epsilon, stash_type=1)


def numbers(tensor) -> np.ndarray:
    return tensor.detach().float().numpy()


def grouped_attention(graph: Graph, config: Config, layer: int, q: str, k: str, v: str, shared: dict) -> str:
    """The fused operator, which rotates, keeps keys at the front of each row, and counts them by the mask."""
    present = [f"present.{layer}.key", f"present.{layer}.value"]
    past = [f"past_key_values.{layer}.key", f"past_key_values.{layer}.value"]
    out = graph.fresh("GroupQueryAttention")
    return graph.add(
        "GroupQueryAttention",
        *[q, k, v, *past, shared["seqlens_k"], shared["total"], shared["cos"], shared["sin"]],
        domain=MICROSOFT,
        outputs=[out, *present],
        num_heads=config.num_attention_heads,
        kv_num_heads=config.num_key_value_heads,
        do_rotary=1,
        rotary_interleaved=0,
    )


def plain_attention(graph: Graph, config: Config, layer: int, q: str, k: str, v: str, shared: dict) -> str:
    """Attention in standard operators, with rows padded at the left."""
    heads, kv, size = config.num_attention_heads, config.num_key_value_heads, config.head_dim
    q = rotated(graph, split(graph, q, heads, size), size, shared)
    k = rotated(graph, split(graph, k, kv, size), size, shared)
    v = split(graph, v, kv, size)
    k = graph.add("Concat", f"past_key_values.{layer}.key", k, axis=2, outputs=[f"present.{layer}.key"])
    v = graph.add("Concat", f"past_key_values.{layer}.value", v, axis=2, outputs=[f"present.{layer}.value"])
    k, v = (repeated(graph, x, heads // kv, shared) for x in (k, v))
    scores = graph.add("MatMul", q, graph.add("Transpose", k, perm=[0, 1, 3, 2]))
    scaled = graph.add("Mul", scores, graph.weight("scale", np.array(size**-0.5, np.float32)))
    shares = graph.add("Softmax", graph.add("Add", scaled, shared["mask"]), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", shares, v), perm=[0, 2, 1, 3])
    return graph.add("Reshape", mixed, graph.integers(0, 0, heads * size))


def split(graph: Graph, x: str, heads: int, size: int) -> str:
    return graph.add("Transpose", graph.add("Reshape", x, graph.integers(0, 0, heads, size)), perm=[0, 2, 1, 3])


def rotated(graph: Graph, x: str, size: int, shared: dict) -> str:
    one = graph.add("Slice", x, graph.integers(0), graph.integers(size // 2), graph.integers(3))
    other = graph.add("Slice", x, graph.integers(size // 2), graph.integers(size), graph.integers(3))
    turned = graph.add("Concat", graph.add("Neg", other), one, axis=-1)
    return graph.add("Add", graph.add("Mul", x, shared["cos_rows"]), graph.add("Mul", turned, shared["sin_rows"]))


def repeated(graph: Graph, x: str, times: int, shared: dict) -> str:
    """x[B, kv, T, d] with every head `times` times in a row."""
    wide = graph.add("Unsqueeze", x, graph.integers(2))
    wide = graph.add("Expand", wide, graph.integers(1, 1, times, 1, 1))
    return graph.add("Reshape", wide, shared["repeated_shape"])


def mask_inputs(graph: Graph, config: Config, shape: str) -> dict:
    """What the fused operator needs: keys of each row less one, the longest row, and the tables of angles."""
    cos, sin = (numbers(table) for table in rotary_tables(config))
    counted = graph.add("ReduceSum", "attention_mask", graph.integers(1), keepdims=0)
    seqlens = graph.add("Cast", graph.add("Sub", counted, graph.integers(1)), to=TensorProto.INT32)
    total = graph.add("Gather", graph.add("Shape", "attention_mask"), graph.integer(1))
    return {
        "seqlens_k": seqlens,
        "total": graph.add("Cast", total, to=TensorProto.INT32),
        "cos": graph.weight("cos_cache", cos),
        "sin": graph.weight("sin_cache", sin),
    }


def plain_inputs(graph: Graph, config: Config, shape: str) -> dict:
    """Angles of the positions, and the mask [B, 1, S, T]: no later token, no padding."""
    cos, sin = (np.concatenate([numbers(table)] * 2, -1) for table in rotary_tables(config))
    total = graph.add("Gather", graph.add("Shape", "attention_mask"), graph.integer(1))
    length = graph.add("Gather", shape, graph.integer(1))
    keys = graph.add("Range", graph.integer(0), total, graph.integer(1))
    queries = graph.add("Add", graph.add("Range", graph.integer(0), length, graph.integer(1)), graph.add("Sub", total, length))
    seen = graph.add("LessOrEqual", keys, graph.add("Unsqueeze", queries, graph.integers(1)))
    real = graph.add("Cast", graph.add("Unsqueeze", "attention_mask", graph.integers(1, 2)), to=TensorProto.BOOL)
    both = graph.add("And", graph.add("Unsqueeze", seen, graph.integers(0, 1)), real)
    zero, never = graph.weight("zero", np.array(0, np.float32)), graph.weight("never", np.array(-1e9, np.float32))
    rows = {
        name: graph.add("Unsqueeze", graph.add("Gather", graph.weight(name, table), "position_ids"), graph.integers(1))
        for name, table in (("cos_rows", cos), ("sin_rows", sin))
    }
    return {
        **rows,
        "mask": graph.add("Where", both, zero, never),
        "repeated_shape": graph.integers(0, config.num_attention_heads, -1, config.head_dim),
    }


def body(graph: Graph, model: Decoder, fused: bool) -> str:
    config = model.config
    x = graph.add("Gather", graph.weight("model.embed_tokens.weight", numbers(model.embed_tokens.weight)), "input_ids")
    shape = graph.add("Shape", "input_ids")
    shared = (mask_inputs if fused else plain_inputs)(graph, config, shape)
    attention = grouped_attention if fused else plain_attention
    for index, layer in enumerate(model.layers):
        name = f"model.layers.{index}"
        normed = graph.norm(x, f"{name}.input_layernorm.weight", numbers(layer.input_layernorm.weight), config.rms_norm_eps)
        q, k, v = (
            graph.linear(normed, f"{name}.self_attn.{part}", numbers(one.weight), numbers(one.bias))
            for part, one in (("q_proj", layer.q_proj), ("k_proj", layer.k_proj), ("v_proj", layer.v_proj))
        )
        mixed = attention(graph, config, index, q, k, v, shared)
        x = graph.add("Add", x, graph.linear(mixed, f"{name}.self_attn.o_proj", numbers(layer.o_proj.weight)))
        weight = numbers(layer.post_attention_layernorm.weight)
        normed = graph.norm(x, f"{name}.post_attention_layernorm.weight", weight, config.rms_norm_eps)
        gate = graph.linear(normed, f"{name}.mlp.gate_proj", numbers(layer.gate_proj.weight))
        up = graph.linear(normed, f"{name}.mlp.up_proj", numbers(layer.up_proj.weight))
        gated = graph.add("Mul", graph.add("Mul", gate, graph.add("Sigmoid", gate)), up)
        x = graph.add("Add", x, graph.linear(gated, f"{name}.mlp.down_proj", numbers(layer.down_proj.weight)))
    return graph.norm(x, "model.norm.weight", numbers(model.norm.weight), config.rms_norm_eps)


def exported(model: Decoder, *, fused: bool, bits: int) -> onnx.ModelProto:
    """`fused`: GroupQueryAttention and num_logits_to_keep; otherwise standard operators and position_ids."""
    graph, config = Graph(bits), model.config
    states = body(graph, model, fused)
    if fused:
        start = graph.add("Neg", graph.add("Reshape", "num_logits_to_keep", graph.integers(1)))
        states = graph.add("Slice", states, start, graph.integers(2**31 - 1), graph.integers(1))
    logits = graph.linear(states, "lm_head", numbers(model.embed_tokens.weight))
    graph.add("Identity", logits, outputs=["logits"])
    sizes = ["batch_size", config.num_key_value_heads, "past_sequence_length", config.head_dim]
    layers = [f"{layer}.{part}" for layer in range(config.num_hidden_layers) for part in ("key", "value")]

    def integers(name: str, shape: list) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.INT64, shape)

    def floats(name: str, shape: list) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    inputs = [
        integers("input_ids", ["batch_size", "sequence_length"]),
        integers("attention_mask", ["batch_size", "total_sequence_length"]),
        integers("num_logits_to_keep", []) if fused else integers("position_ids", ["batch_size", "sequence_length"]),
        *(floats(f"past_key_values.{name}", sizes) for name in layers),
    ]
    after = [*sizes[:2], "total_sequence_length", sizes[3]]
    outputs = [
        floats("logits", ["batch_size", "logits_length", config.vocab_size]),
        *(floats(f"present.{name}", after) for name in layers),
    ]
    made = helper.make_graph(graph.nodes, "decoder", inputs, outputs, graph.weights)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=9, producer_name="asklake")


def with_half_past(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with keys and values in half precision between passes, as `model_q4f16.onnx` files have them."""
    graph = model.graph
    half = [one for one in [*graph.input, *graph.output] if one.name.startswith(("past_key_values.", "present."))]
    names = {one.name for one in half}
    for one in half:
        one.type.tensor_type.elem_type = TensorProto.FLOAT16
    for node in graph.node:
        for names_of_node in (node.input, node.output):
            for at, name in enumerate(names_of_node):
                if name in names:
                    names_of_node[at] = f"{name}.single"
    before = [one.name for one in graph.input if one.name in names]
    after = [one.name for one in graph.output if one.name in names]
    nodes = [
        *(helper.make_node("Cast", [name], [f"{name}.single"], to=TensorProto.FLOAT) for name in before),
        *graph.node,
        *(helper.make_node("Cast", [f"{name}.single"], [name], to=TensorProto.FLOAT16) for name in after),
    ]
    del graph.node[:]
    graph.node.extend(nodes)
    return model


def write(models: dict[str, onnx.ModelProto], folder: Path, data: str) -> None:
    """Writes the graphs over one file of weights, each weight once; those under 1 kB stay in the graphs."""
    folder.mkdir(parents=True, exist_ok=True)
    places: dict[bytes, int] = {}
    with open(folder / data, "wb") as file:
        for name, model in models.items():
            for tensor in model.graph.initializer:
                raw = tensor.raw_data
                if len(raw) < 1024:
                    continue
                if raw not in places:
                    file.write(b"\0" * (-file.tell() % 64))
                    places[raw] = file.tell()
                    file.write(raw)
                tensor.ClearField("raw_data")
                tensor.data_location = TensorProto.EXTERNAL
                for key, value in (("location", data), ("offset", places[raw]), ("length", len(raw))):
                    tensor.external_data.add(key=key, value=str(value))
            onnx.save(model, folder / name)
