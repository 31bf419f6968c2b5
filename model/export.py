"""Writes a checkpoint as schema.onnx, question.onnx, step.onnx over one weights.bin, with model.json beside them.

    python model/export.py .cache/model.pt --bits 8
`--bits 8` stores matrices as MatMulNBits (8 bits, blocks of 32) and token tables as 8-bit rows; `--bits 32` keeps floats.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, external_data_helper, helper, numpy_helper

from batch import keywords
from graphs import QuestionGraph, SchemaGraph, StepGraph
from network import Network, Size

ROOT = Path(__file__).parent.parent
BLOCK = 32
OPSET = 21


def network_of(state: dict, weights: str = "average") -> Network:
    """The network a checkpoint holds, without training's kernels."""
    config = dict(state["config"])
    network = Network(config.pop("vocabulary"), Size(**config), kernels=False).eval()
    at = 0
    with torch.no_grad():
        for parameter in network.parameters():
            end = at + parameter.numel()
            parameter.copy_(state[weights][at:end].view_as(parameter))
            at = end
    return network


def example_inputs(network: Network) -> dict[str, dict[str, torch.Tensor]]:
    """Inputs of the three graphs with every dimension of another size, so that no axis is taken for a constant."""
    size = network.size
    head = size.width // size.heads
    shown, items, asked, words, beams, past = 23, 7, 11, 9, 3, 5
    whole = lambda high, *shape: torch.randint(0, high, shape)  # noqa: E731
    cache = lambda *shape: torch.randn(size.layers, *shape, head)  # noqa: E731
    token_item, token_word, links = whole(items, shown), whole(words, asked) - 1, whole(12, words, items)
    return {
        "schema": {"tokens": whole(90, shown), "token_item": token_item, "anchors": torch.arange(items) * 3, "relations": whole(9, items, items)},
        "question": {
            "tokens": whole(90, asked), "token_word": token_word, "word_first": torch.arange(words), "links": links, "token_item": token_item,
            "keys": cache(size.heads, shown), "values": cache(size.heads, shown), "item_keys": torch.randn(items, size.pointer),
        },
        "step": {
            "tokens": whole(90, beams), "ref_item": whole(items, beams) - 1, "ref_word": whole(words, beams) - 1,
            "token_item": token_item, "item_table": whole(items, items), "token_word": token_word, "links": links,
            "prefix_keys": cache(size.heads, shown + asked), "prefix_values": cache(size.heads, shown + asked),
            "pointer_items": torch.randn(items, size.pointer), "pointer_words": torch.randn(words, size.pointer),
            "word_link_keys": torch.randn(words, 128), "past_keys": cache(beams, size.heads, past), "past_values": cache(beams, size.heads, past),
        },
    }  # fmt: skip


AXES = {
    "schema": {"tokens": {0: "S"}, "token_item": {0: "S"}, "anchors": {0: "I"}, "relations": {0: "I", 1: "I"}},
    "question": {
        "tokens": {0: "Q"}, "token_word": {0: "Q"}, "word_first": {0: "W"}, "links": {0: "W", 1: "I"}, "token_item": {0: "S"},
        "keys": {2: "S"}, "values": {2: "S"}, "item_keys": {0: "I"},
    },
    "step": {
        "tokens": {0: "B"}, "ref_item": {0: "B"}, "ref_word": {0: "B"}, "token_item": {0: "S"}, "item_table": {0: "I"}, "token_word": {0: "Q"},
        "links": {0: "W", 1: "I"}, "prefix_keys": {2: "P"}, "prefix_values": {2: "P"}, "pointer_items": {0: "I"},
        "pointer_words": {0: "W"}, "word_link_keys": {0: "W"}, "past_keys": {1: "B", 3: "T"}, "past_values": {1: "B", 3: "T"},
    },
}  # fmt: skip
OUTPUTS = {
    "schema": {"keys": {2: "S"}, "values": {2: "S"}, "item_keys": {0: "I"}},
    "question": {"prefix_keys": {2: "P"}, "prefix_values": {2: "P"}, "pointer_items": {0: "I"}, "pointer_words": {0: "W"}, "word_link_keys": {0: "W"}},
    "step": {"logits": {0: "B", 1: "N"}, "new_keys": {1: "B"}, "new_values": {1: "B"}},
}  # fmt: skip
GRAPHS = {"schema": SchemaGraph, "question": QuestionGraph, "step": StepGraph}


def trace(network: Network, name: str) -> onnx.ModelProto:
    """One graph as ONNX with its weights inside."""
    import io

    inputs, buffer = example_inputs(network)[name], io.BytesIO()
    torch.onnx.export(
        GRAPHS[name](network).eval(), tuple(inputs.values()), buffer, input_names=list(inputs), output_names=list(OUTPUTS[name]),
        dynamic_axes={**AXES[name], **OUTPUTS[name]}, opset_version=20, dynamo=False, do_constant_folding=True,
    )  # fmt: skip
    return onnx.load_from_string(buffer.getvalue())


def quantize_matrices(model: onnx.ModelProto, bits: int) -> onnx.ModelProto:
    """Constant matrices as MatMulNBits; accuracy level 4 lets the kernel use 8-bit activations per block."""
    from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

    config = DefaultWeightOnlyQuantConfig(block_size=BLOCK, is_symmetric=True, accuracy_level=4, bits=bits)
    quantizer = MatMulNBitsQuantizer(model, bits=bits, block_size=BLOCK, is_symmetric=True, accuracy_level=4, algo_config=config)
    quantizer.process()
    return quantizer.model.model


def quantize_tables(model: onnx.ModelProto) -> None:
    """Token tables that are only gathered from: rows of int8 with one scale each."""
    graph = model.graph
    gathers = {}
    for node in graph.node:
        if node.op_type == "Gather":
            gathers.setdefault(node.input[0], []).append(node)
    for table in list(graph.initializer):
        users = sum(list(node.input).count(table.name) for node in graph.node)
        nodes = gathers.get(table.name, [])
        if len(table.dims) != 2 or table.dims[0] < 1000 or len(nodes) != users:
            continue
        values = numpy_helper.to_array(table)
        scale = np.abs(values).max(1, keepdims=True) / 127
        rows = numpy_helper.from_array(np.round(values / scale).astype(np.int8), table.name + "_rows")
        scales = numpy_helper.from_array(scale.astype(np.float32), table.name + "_scales")
        graph.initializer.remove(table)
        graph.initializer.extend([rows, scales])
        for node in nodes:
            _gather_rows(graph, node, rows.name, scales.name)


def _gather_rows(graph, node, rows: str, scales: str) -> None:
    out, ids, at = node.output[0], node.input[1], list(graph.node).index(node)
    graph.node.remove(node)
    made = [
        helper.make_node("Gather", [rows, ids], [out + "_int"]),
        helper.make_node("Cast", [out + "_int"], [out + "_float"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [scales, ids], [out + "_scale"]),
        helper.make_node("Mul", [out + "_float", out + "_scale"], [out]),
    ]
    for offset, new in enumerate(made):
        graph.node.insert(at + offset, new)


def share_weights(models: dict[str, onnx.ModelProto], folder: Path) -> int:
    """Moves every initializer of 256 bytes or more into weights.bin, equal ones once; returns its size."""
    places: dict[str, tuple[int, int]] = {}
    data = bytearray()
    for model in models.values():
        for tensor in model.graph.initializer:
            raw = numpy_helper.to_array(tensor).tobytes()
            if len(raw) < 256:
                continue
            key = hashlib.sha256(raw).hexdigest()
            if key not in places:
                data.extend(b"\0" * (-len(data) % 64))
                places[key] = (len(data), len(raw))
                data.extend(raw)
            offset, length = places[key]
            tensor.ClearField("float_data")
            tensor.ClearField("int64_data")
            tensor.ClearField("int32_data")
            tensor.raw_data = b"\0"
            external_data_helper.set_external_data(tensor, "weights.bin", offset, length)
            tensor.ClearField("raw_data")
    (folder / "weights.bin").write_bytes(data)
    return len(data)


def describe(network: Network, state: dict, bits: int, folder: Path) -> dict:
    files = ["schema.onnx", "question.onnx", "step.onnx", "weights.bin"]
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in files)).hexdigest()[:12]
    vocabulary = (ROOT / "model/weights/vocabulary.json").read_bytes()
    return {
        "id": f"asklake-{state['size']}-{digest}",
        "vocabulary": hashlib.sha256(vocabulary).hexdigest()[:16],
        "quantization": "float32" if bits == 32 else f"MatMulNBits {bits} bits, block {BLOCK}",
        "examples": state["seen"],
        "size": network.config(),
        "keywords": keywords(),
    }


def export(state: dict, folder: Path, bits: int, weights: str = "average") -> dict:
    """Writes all files into `folder` and returns model.json's content."""
    folder.mkdir(parents=True, exist_ok=True)
    network = network_of(state, weights)
    models = {name: trace(network, name) for name in GRAPHS}
    if bits < 32:
        for model in models.values():
            quantize_tables(model)
        models = {name: quantize_matrices(model, bits) for name, model in models.items()}
    share_weights(models, folder)
    for name, model in models.items():
        (folder / f"{name}.onnx").write_bytes(model.SerializeToString())
    card = describe(network, state, bits, folder)
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n")
    return card


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("--bits", type=int, default=8, choices=[4, 8, 32])
    parser.add_argument("--folder", default="model/weights")
    parser.add_argument("--weights", default="average", choices=["average", "weight"])
    options = parser.parse_args()
    made = export(torch.load(options.checkpoint, weights_only=False), ROOT / options.folder, options.bits, options.weights)
    print(json.dumps({k: v for k, v in made.items() if k != "keywords"}))


if __name__ == "__main__":
    main()
