"""Command: makes test/fixtures/llm/tokenizers.json: small tokenizers of the three families, and what Hugging Face's own library encodes with them.

python test/llm/families.py      (needs `tokenizers`)
"""

import json
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

WORDS = "SELECT name, count(*) FROM orders WHERE country = 'Germany' GROUP BY name ORDER BY count(*) DESC LIMIT 10 "
TEXTS = [WORDS * 3, "The quick brown fox doesn't jump over 12345 lazy dogs. " * 3, "Ä Ö Ü größer straße naïve café 中文 数据 " * 3]
CASES = [
    "SELECT count(*) FROM orders",
    "SELECT  name\n  FROM\torders\r\n\r\nWHERE x = 'it''s' AND y >= 12345.678",
    " leading and trailing ",
    "I'LL say we've Don't",
    "größer 中文数据 😀 naïve\u0301",
    "<|im_start|>user\nhello<|im_end|>\n",
    "",
]
# https://huggingface.co/Qwen/Qwen2-0.5B-Instruct and https://huggingface.co/meta-llama/Meta-Llama-3-8B differ in the digits they join.
SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}DIGITS| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def byte_level(digits: str, ignore_merges: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    if not ignore_merges:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT.replace("DIGITS", digits)), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(TEXTS, trainers.BpeTrainer(vocab_size=380, initial_alphabet=alphabet, show_progress=False))
    return tokenizer


def sentence_piece() -> Tokenizer:
    """As Llama 2: spaces are ▁, unknown characters fall back to bytes."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    special = ["<unk>", "<s>", "</s>", *[f"<0x{byte:02X}>" for byte in range(256)]]
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=special, show_progress=False, max_token_length=8)
    tokenizer.train_from_iterator(TEXTS[:2], trainer)
    file = json.loads(tokenizer.to_str())
    file["added_tokens"] = file["added_tokens"][:3]
    return Tokenizer.from_str(json.dumps(file))


def main() -> None:
    found = {}
    made = {"qwen2": byte_level("", False), "llama3": byte_level("{1,3}", True), "llama2": sentence_piece()}
    for name, tokenizer in made.items():
        if name != "llama2":
            tokenizer.add_special_tokens(["<|im_start|>", "<|im_end|>"])
        cases = [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids} for text in CASES]
        found[name] = {"tokenizer": json.loads(tokenizer.to_str()), "cases": cases}
    path = Path(__file__).parent.parent / "fixtures" / "llm" / "tokenizers.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
