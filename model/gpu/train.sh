#!/bin/sh
# One stretch of a run on the GPU machine: `sh model/gpu/train.sh FROM UNTIL TOTAL [train.py options]`, in minutes of the
# whole run. The next stretch on the same machine goes on from the checkpoint; each leaves the averaged weights, as
# bfloat16 in pieces of 15 MB, in $OUT.
set -e
cd "$(dirname "$0")/../.."
FROM=$1 UNTIL=$2 TOTAL=$3
shift 3
if [ ! -x .gpu/node ]; then
  xz -dc .gpu/node.xz > .gpu/node && chmod +x .gpu/node
  mkdir -p .cache shared/data/glove && tar -C .cache -xJf .gpu/cache.tar.xz
  tar -xJf .gpu/packages.tar.xz
  cp .gpu/twitter-25d.txt.gz shared/data/glove/
fi
export ASKLAKE_SHARED=shared PYTHONUNBUFFERED=1
RESUME=$([ "$FROM" = 0 ] || echo "--resume .cache/gpu.pt")
# The arguments that follow win over those before them: a rehearsal on a CPU says --device cpu --size tiny.
python3 model/train.py --name gpu --device cuda --size base --compile --processes 1 --examples 512 --rate 8e-4 --warm 500 \
  --streams "$(($(nproc) > 3 ? $(nproc) - 2 : 1))" --stream ".gpu/node model/stream.ts --seed {seed}" \
  --minutes "$TOTAL" --decay-minutes "$((TOTAL * 2 / 5))" --from-minute "$FROM" --until-minute "$UNTIL" \
  --dropout 0.1 --rename 0.4 $RESUME "$@"
python3 - <<'PYTHON'
import io, os, torch
state = torch.load(".cache/gpu.pt", weights_only=False)
kept = {name: state[name] for name in ("config", "step", "seen", "size")} | {"average": state["average"].to(torch.bfloat16)}
buffer = io.BytesIO()
torch.save(kept, buffer)
content, piece = buffer.getvalue(), 15 << 20
for number, at in enumerate(range(0, len(content), piece)):
    with open(os.path.join(os.environ["OUT"], f"gpu.pt.{number}"), "wb") as part:
        part.write(content[at : at + piece])
PYTHON
