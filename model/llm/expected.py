"""What PyTorch writes for some prompts, by greedy search and by beams: the tokens that serving must give exactly."""

import torch
from tokenizers import Tokenizer

from decoder import Decoder, step


def chat(messages: list[dict]) -> str:
    """ChatML, as the template in tokenizer_config.json writes it."""
    told = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
    return told + "<|im_start|>assistant\n"


def greedy(model: Decoder, prompt: list[int], most: int, ends: list[int], half: bool = False) -> tuple[list[int], list[float]]:
    """Tokens written, the end included, and their log-probabilities."""
    written, scores, past = [], [], None
    tokens = torch.tensor([prompt])
    while len(written) < most:
        logits, past = step(model, tokens, past, half)
        shares = logits[0].log_softmax(-1)
        best = int(shares.argmax())
        written.append(best)
        scores.append(round(float(shares[best]), 4))
        if best in ends:
            break
        tokens = torch.tensor([[best]])
    return written, scores


def beams(model: Decoder, prompt: list[int], width: int, most: int, ends: list[int]) -> list[dict]:
    """Beam search: 2 × width continuations a step, ended ones set aside, best sums of log-probabilities first.

    It ends when no open beam can overtake the `width` best ended ones: sums only fall.
    """
    logits, past = step(model, torch.tensor([prompt]), None)
    open_beams = [(0.0, [])]
    ended: list[tuple[float, list[int]]] = []
    for _ in range(most):
        shares = logits.log_softmax(-1).double()
        sums = shares + torch.tensor([score for score, _ in open_beams], dtype=torch.double)[:, None]
        best = sums.flatten().topk(2 * width)
        fresh, rows = [], []
        for score, place in zip(best.values.tolist(), best.indices.tolist()):
            row, token = divmod(place, shares.shape[-1])
            tokens = [*open_beams[row][1], token]
            if token in ends:
                ended.append((score, tokens))
            elif len(fresh) < width:
                fresh.append((score, tokens))
                rows.append(row)
        ended = sorted(ended, key=lambda one: -one[0])[:width]
        open_beams = fresh
        if len(ended) == width and open_beams[0][0] <= ended[-1][0]:
            break
        past = [(k[rows], v[rows]) for k, v in past]
        logits, past = step(model, torch.tensor([[tokens[-1]] for _, tokens in open_beams]), past)
    best_of_all = sorted([*ended, *open_beams], key=lambda one: -one[0])[:width]
    return [{"tokens": tokens, "score": round(score, 3)} for score, tokens in best_of_all]


def expected_tokens(model: Decoder, tokenizer: Tokenizer, prompts: list[list[dict]], ends: list[int]) -> list[dict]:
    found = []
    for messages in prompts:
        prompt = tokenizer.encode(chat(messages), add_special_tokens=False).ids
        written, scores = greedy(model, prompt, 64, ends)
        entry = {"messages": messages, "prompt": prompt, "greedy": written, "scores": scores}
        entry["half"] = greedy(model, prompt, 64, ends, half=True)[0]
        found.append({**entry, "beams": beams(model, prompt, 3, 48, ends)})
    return found
