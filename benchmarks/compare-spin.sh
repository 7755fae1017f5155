#!/bin/sh
# Runs SD (src/main/promela/sd.pml, SdModel.java) on Shootdown's engine and on Spin, in turn, on this
# machine. Usage: benchmarks/compare-spin.sh [FRAMES [CAPACITY [ROUNDS]]]   (3 2 3)
# Needs: the Debian packages spin and gcc, and a build of the modules engine and benchmarks
# (mvn -pl engine,benchmarks -am package -DskipTests). Takes the java of JAVA_HOME or the PATH: 21 or
# newer. CPU seconds are user and system time. Spin's bytes are its states "as stored" with overhead
# and its hash table; ours are all that the engine allocated.
set -eu
frames=${1:-3}
capacity=${2:-2}
rounds=${3:-3}
here=$(cd "$(dirname "$0")" && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
spin -DNF="$frames" -DCAP="$capacity" -a "$here/src/main/promela/sd.pml" > /dev/null
gcc -O2 -w -DSAFETY -o pan-dfs pan.c
gcc -O2 -w -DSAFETY -DBFS -o pan-bfs pan.c

spin_run() {
    name=$1
    shift
    # `times` prints the children's user and system time on its second line.
    ( "$@" > out; times ) > times
    awk -v name="$name" '
        FNR == 1 { file++ }
        file == 1 && /states, stored/ && !stored { stored = $1 }
        file == 1 && /transitions \(=/ { generated = $1 }
        file == 1 && /^State-vector/ { sub(/,.*/, "", $6); depth = $6 }
        file == 1 && /actual memory usage for states/ { megabytes += $1 }
        file == 1 && /memory used for hash table/ { megabytes += $1 }
        file == 2 && FNR == 2 {
            for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); seconds += 60 * t[1] + t[2] }
        }
        END {
            printf "%-16s %10d %11d %6d %8.2f %10.0f %12.1f\n", name, stored, generated, depth,
                seconds, stored / seconds, megabytes * 1048576 / stored
        }' out times
}

for round in $(seq "$rounds"); do
    "$java" -Xmx2g -cp "$here/../engine/target/classes:$here/target/classes" \
        shootdown.benchmarks.CompareSd "$frames" "$capacity" 1 3
    spin_run "spin DFS" ./pan-dfs -m1000000 -w22
    spin_run "spin BFS" ./pan-bfs -w22
done
