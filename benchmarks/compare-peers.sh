#!/bin/sh
# Runs the same models on Shootdown, Spin and Rumur, in turn, on this machine, and holds the counts
# against each other. Usage: benchmarks/compare-peers.sh [ROUNDS [FOLDER]]   (3 benchmarks/target/peers)
#
#   sd   SdModel.java, src/main/promela/sd.pml, src/main/murphi/sd.m
#   u4   the universe u4-smp-linear-deep under the policy final, src/main/promela/u4.pml
#
# First every size once, to see that states and transitions are the same everywhere; then ROUNDS times the
# large ones; then the way to the shortest counterexample. FOLDER gets peers.csv (every run), peers.md (a
# table of medians) and peers.svg (a plot). Exit code 1 if any counts disagree.
#
# Every run is a process of its own: seconds are its user and system time, memory its largest resident set.
# On our side that includes the start of the virtual machine and its compiler; on theirs, making and
# compiling the verifier is left out.
#
# Needs the Debian packages spin, rumur, gcc and time, and a build of the modules engine, model, checker and
# benchmarks (mvn -pl benchmarks -am package -DskipTests). Takes the java of JAVA_HOME or the PATH.
# SHOOTDOWN_CLASSES is another class path, JAVA_OPTIONS are more options of java.
set -eu
rounds=${1:-3}
here=$(cd "$(dirname "$0")" && pwd)
folder=${2:-$here/target/peers}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
for tool in spin rumur gcc /usr/bin/time; do
    command -v "$tool" > /dev/null || {
        echo "compare-peers.sh: $tool is missing: apt-get install spin rumur gcc time" >&2
        exit 2
    }
done
classes=${SHOOTDOWN_CLASSES:-}
for module in engine model checker benchmarks; do
    classes=$classes:$here/../$module/target/classes
done
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
csv=$folder/peers.csv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# --- making the verifiers: spin_make NAME MODEL GCC_OPTIONS SPIN_OPTIONS..., murphi_make NAME NF CAP BUG

spin_make() {
    name=$1 model=$2 options=$3
    shift 3
    mkdir "$name.d"
    # -o2: what is written and never read is a part of the state too.
    # shellcheck disable=SC2086
    ( cd "$name.d" && spin -o2 "$@" -a "$here/src/main/promela/$model.pml" > /dev/null \
        && gcc -O2 -w -DSAFETY $options -o "../$name" pan.c )
}

murphi_make() {
    sed -e "s/NF : 3;/NF : $2;/" -e "s/CAP : 2;/CAP : $3;/" -e "s/BUG : false;/BUG : $4;/" \
        "$here/src/main/murphi/sd.m" > "$1.m"
    rumur --threads 1 --symmetry-reduction off --deadlock-detection off --output "$1.c" "$1.m"
    gcc -std=c11 -O3 -march=native -w -o "$1" "$1.c" -lpthread -latomic
}

# --- running one, and a line of peers.csv for it. An exit code says nothing: pan's is 0 on a violation.

header=round,model,tool,states,transitions,depth,cpu,wall,rss_kb,state_bytes,steps
echo $header > "$csv"

run() {
    round=$1 model=$2 tool=$3
    shift 3
    /usr/bin/time -o spent -f '%U %S %e %M' "$@" > out 2> err || :
    # The last line, as the first one may tell the exit code.
    spent=$(tail -n 1 spent)
    case $tool in
        shootdown*) figures=$(cat out) ;;
        spin*) figures=$(spin_figures) ;;
        rumur*) figures=$(rumur_figures) ;;
    esac
    # shellcheck disable=SC2086
    set -- $figures $spent
    if [ $# != 9 ]; then
        echo "compare-peers.sh: $model on $tool gave no figures" >&2
        cat out err >&2
        exit 1
    fi
    cpu=$(echo "$6 $7" | awk '{ printf "%.2f", $1 + $2 }')
    line=$round,$model,$tool,$1,$2,$3,$cpu,$8,$9,$4,$5
    echo "$line" >> "$csv"
    echo "$line" | tr , '\t'
}

# States, transitions without the first state, depth, bytes a state as stored with the hash table, and steps.
spin_figures() {
    awk '
        /states, stored/ && !states { states = $1 }
        /transitions \(=/ { transitions = $1 - 1 }
        /^State-vector/ { depth = $6 + 0 }
        /assertion violated/ { steps = $0; sub(/.*depth /, "", steps) }
        /actual memory usage for states/ { megabytes += $1 }
        /memory used for hash table/ { megabytes += $1 }
        END { printf "%d %d %d %d %d\n", states, transitions, depth, megabytes * 1048576, steps }' out
}

rumur_figures() {
    awk '
        /rules fired in/ { states = $1; transitions = $3 }
        /^Rule .* fired\.$/ { steps++ }
        END { print states, transitions, 0, 0, steps + 0 }' out
}

shootdown() {
    # shellcheck disable=SC2086
    run "$1" "$2" "$3" "$java" -Xmx2g ${JAVA_OPTIONS:-} -cp "$classes" shootdown.benchmarks.PeerRun $4
}

echo $header | tr , '\t'

# --- the same counts everywhere

for size in '2 1' '3 1' '2 2'; do
    # shellcheck disable=SC2086
    set -- $size
    spin_make "spin-sd-$1-$2" sd '' "-DNF=$1" "-DCAP=$2"
    murphi_make "rumur-sd-$1-$2" "$1" "$2" false
    shootdown 0 "sd-$1-$2" shootdown "1 sd $1 $2"
    run 0 "sd-$1-$2" spin-dfs "./spin-sd-$1-$2" -m1000000 -w22
    run 0 "sd-$1-$2" rumur "./rumur-sd-$1-$2"
done
for universe in u4-smp-linear u4-smp-linear-3cpu; do
    cpus=$(case $universe in *3cpu) echo 3 ;; *) echo 2 ;; esac)
    spin_make "spin-$universe" u4 '' "-DCPUS=$cpus"
    shootdown 0 $universe shootdown "1 $universe final"
    run 0 $universe spin-dfs "./spin-$universe" -m1000000 -w22
done

# --- the large ones, in turn

spin_make spin-sd-dfs sd '' -DNF=3 -DCAP=2
spin_make spin-sd-bfs sd -DBFS -DNF=3 -DCAP=2
murphi_make rumur-sd 3 2 false
spin_make spin-u4-dfs u4 '' -DL2_EDITS
spin_make spin-u4-bfs u4 -DBFS -DL2_EDITS
for round in $(seq "$rounds"); do
    shootdown "$round" sd-3-2 shootdown '1 sd 3 2'
    run "$round" sd-3-2 spin-dfs ./spin-sd-dfs -m1000000 -w22
    run "$round" sd-3-2 spin-bfs ./spin-sd-bfs -w22
    run "$round" sd-3-2 rumur ./rumur-sd
    shootdown "$round" u4-smp-linear-deep shootdown '1 u4-smp-linear-deep final'
    run "$round" u4-smp-linear-deep spin-dfs ./spin-u4-dfs -m1000000 -w22
    run "$round" u4-smp-linear-deep spin-bfs ./spin-u4-bfs -w22
done

# --- the shortest counterexample: SD's seeded bug, and the policy local-only

spin_make spin-sd-bug sd -DBFS -DNF=3 -DCAP=2 -DBUG
murphi_make rumur-sd-bug 3 2 true
spin_make spin-u4-bug u4 -DBFS -DL2_EDITS -DREMOTE=0
for round in $(seq "$rounds"); do
    shootdown "$round" sd-3-2-bug shootdown '1 sd 3 2 bug'
    run "$round" sd-3-2-bug spin-bfs ./spin-sd-bug -w22
    run "$round" sd-3-2-bug rumur ./rumur-sd-bug
    shootdown "$round" u4-smp-linear-deep-bug shootdown '1 u4-smp-linear-deep local-only P3'
    run "$round" u4-smp-linear-deep-bug spin-bfs ./spin-u4-bug -w22
done

# --- judged, and told

"$java" -cp "$classes" shootdown.benchmarks.PeersReport "$csv" "$folder/peers.md" "$folder/peers.svg"
