"""Command: writes a checkpoint in the layout of Hugging Face's ONNX exports, and the exact tokens it must give.

python model/llm/export.py .cache/llm.pt --out model/llm/weights      (needs `tokenizers`)

`onnx/model_q4.onnx` uses GroupQueryAttention and num_logits_to_keep, `onnx/model_q4f16.onnx` keeps keys and values in half
precision as well, `onnx/model_q4_plain.onnx` uses standard operators and position_ids; all over `onnx/model_q4.onnx_data`. `expected.json` holds what PyTorch writes with the same four-bit weights.
"""

import argparse
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer

from decoder import Config, Decoder
from expected import expected_tokens
from graph import exported, with_half_past, write
from quantize import with_four_bits


def load(path: Path | None, vocabulary: int) -> Decoder:
    if path is None:
        torch.manual_seed(7)
        model = Decoder(Config(vocab_size=vocabulary))
        for layer in model.layers:
            torch.nn.init.normal_(layer.o_proj.weight, std=0.3)
            torch.nn.init.normal_(layer.down_proj.weight, std=0.3)
        return model.eval()
    kept = torch.load(path, weights_only=True)
    model = Decoder(Config(**kept["config"]))
    model.load_state_dict(kept["model"])
    return model.eval()


def configurations(config: Config, ids: dict[str, int]) -> dict[str, dict]:
    return {
        "config.json": {
            "_name_or_path": "asklake-sql-2m",
            "architectures": ["Qwen2ForCausalLM"],
            "model_type": "qwen2",
            "hidden_act": "silu",
            **config.as_dict(),
            "head_dim": config.head_dim,
            "tie_word_embeddings": True,
            "torch_dtype": "float32",
            "bos_token_id": ids["<|endoftext|>"],
            "eos_token_id": ids["<|im_end|>"],
        },
        "generation_config.json": {
            "do_sample": False,
            "eos_token_id": [ids["<|im_end|>"], ids["<|endoftext|>"]],
            "pad_token_id": ids["<|endoftext|>"],
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=Path("model/llm/weights"))
    parser.add_argument("--prompts", type=Path, default=Path("model/llm/prompts.json"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(str(args.out / "tokenizer.json"))
    model = load(args.checkpoint, tokenizer.get_vocab_size())
    graphs = {
        "model_q4.onnx": exported(model, fused=True, bits=4),
        "model_q4_plain.onnx": exported(model, fused=False, bits=4),
        "model_q4f16.onnx": with_half_past(exported(model, fused=True, bits=4)),
    }
    write(graphs, args.out / "onnx", "model_q4.onnx_data")
    ids = {name: tokenizer.token_to_id(name) for name in ("<|endoftext|>", "<|im_end|>")}
    for name, content in configurations(model.config, ids).items():
        (args.out / name).write_text(json.dumps(content, indent=2) + "\n")
    ends = [ids["<|im_end|>"], ids["<|endoftext|>"]]
    expected = expected_tokens(with_four_bits(model), tokenizer, json.loads(args.prompts.read_text()), ends)
    (args.out / "expected.json").write_text(json.dumps(expected, separators=(",", ":")).replace('},{"', '},\n{"') + "\n")


if __name__ == "__main__":
    main()
