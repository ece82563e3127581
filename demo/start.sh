#!/usr/bin/env bash
# The demo to play with: a tmux session as the first Juno's, four servers on the right, a client on the
# left. Everything runs from this checkout; the network's files are made anew in .juno/demo.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly SESSION=juno-demo NODES=4
readonly FOLDER=${JUNO_DEMO_FOLDER:-.juno/demo}
base_port=7100 detached=no keep=no

usage() {
  cat <<TEXT
usage: demo/start.sh [--base-port PORT] [--keep] [--detached]

  --base-port PORT  node i: API at PORT+i, peers at PORT+1000+i (default 7100)
  --keep            go on with the network of last time, if there is one
  --detached        start the session and do not enter it

JUNO_DEMO_FOLDER chooses another folder than .juno/demo.

Inside: Ctrl-C in a server's pane stops it, up and Enter start it again; Ctrl-b and an arrow change the
pane; Ctrl-b d leaves, ./demo/start.sh --keep starts again, and this ends all:
  tmux kill-session -t $SESSION
TEXT
}

refuse() {
  printf 'demo/start.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

while (($# > 0)); do
  case $1 in
    --base-port) base_port=${2:-} && shift ;;
    --keep) keep=yes ;;
    --detached) detached=yes ;;
    --help | -h) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
[[ $base_port =~ ^[0-9]{1,5}$ ]] || refuse "--base-port takes a number" 2

command -v tmux >/dev/null || refuse "tmux is needed (Debian: apt-get install tmux); npm run demo does without."
[[ -d node_modules ]] || refuse "run npm ci first."
if tmux has-session -t "=$SESSION" 2>/dev/null; then
  refuse "it runs already: tmux attach -t $SESSION enters it, tmux kill-session -t $SESSION ends it."
fi

# Another folder than the demo's own may hold what somebody wants.
if [[ $keep == no && -z ${JUNO_DEMO_FOLDER:-} ]]; then rm -rf "$FOLDER"; fi
if [[ ! -e $FOLDER/genesis.json ]]; then
  demo/juno init "$FOLDER" --nodes "$NODES" --base-port "$base_port" >/dev/null
fi

# A shell in every pane, with its command typed into it: up and Enter repeat it.
client=$(tmux new-session -d -P -F '#{pane_id}' -s "$SESSION" -n demo -x "${COLUMNS:-200}" -y "${LINES:-50}")
tmux set-option -t "$SESSION" mouse on
tmux set-option -t "$SESSION" status-right 'Ctrl-C stops a server, up + Enter starts it; Ctrl-b d leaves '
tmux set-option -t "$SESSION" status-right-length 80
tmux set-window-option -t "$SESSION" pane-border-status top
tmux set-window-option -t "$SESSION" pane-border-format ' #{pane_title} '
server=$(tmux split-window -d -h -l 55% -P -F '#{pane_id}' -t "$client")
servers=("$server")
for ((node = 2; node <= NODES; node++)); do
  # Each split leaves the rest of the column to those that follow.
  share=$((100 * (NODES - node + 1) / (NODES - node + 2)))
  server=$(tmux split-window -d -v -l "$share%" -P -F '#{pane_id}' -t "$server")
  servers+=("$server")
done
for ((node = 1; node <= NODES; node++)); do
  pane=${servers[node - 1]}
  tmux select-pane -t "$pane" -T "node $node"
  tmux send-keys -t "$pane" "demo/juno node $FOLDER/node-$node" Enter
done
tmux select-pane -t "$client" -T client
tmux send-keys -t "$client" "demo/juno client --network $FOLDER" Enter
tmux select-pane -t "$client"

[[ $detached == yes ]] && exit 0
if [[ -n ${TMUX:-} ]]; then exec tmux switch-client -t "$SESSION"; fi
exec tmux attach-session -t "$SESSION"
