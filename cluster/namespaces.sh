#!/bin/sh
# Three members and one who asks, each in a network namespace of its own, joined by a bridge. By hand, as root:
#
#   cluster/namespaces.sh POLICY UNIVERSE [kill|freeze|part|half|strangers] [OPTION...]
#
# kill: kill -9 of a member in the middle; freeze: it is stopped for 40 seconds; part: its cable is pulled; half: it and
# the third do not see each other any more; strangers: one without a key, one with another key. SHOOTDOWN is the command (default: ./shootdown). Ends with the exit code of check, and takes all away again.
set -eu
shootdown=${SHOOTDOWN:-$(dirname "$0")/../shootdown}
policy=$1 universe=$2 what=${3:-}
[ $# -ge 3 ] && shift 3 || shift 2
folder=$(mktemp -d)
tag=sd$$
members=""

away() {
    for pid in $members; do kill -9 "$pid" 2>/dev/null || :; done
    for n in 1 2 3 4; do ip netns del $tag-$n 2>/dev/null || :; done
    ip link del $tag 2>/dev/null || :
    rm -rf "$folder"
}
trap away EXIT
trap 'exit 130' INT TERM

ip link add $tag type bridge
ip link set $tag up
for n in 1 2 3 4; do
    ip netns add $tag-$n
    ip link add $tag.$n type veth peer name eth0 netns $tag-$n
    ip link set $tag.$n master $tag up
    ip -n $tag-$n address add 10.79.46.$n/24 dev eth0
    ip -n $tag-$n link set eth0 up
    ip -n $tag-$n link set lo up
done

"$shootdown" cluster key "$folder/key"
for n in 1 2 3; do
    join=""
    [ $n = 1 ] || join="--join 10.79.46.1"
    # shellcheck disable=SC2086
    ip netns exec $tag-$n "$shootdown" cluster start --listen 10.79.46.$n $join --key "$folder/key" >"$folder/log$n" 2>&1 &
    members="$members $!"
    [ $n = 2 ] && victim=$!
    for wait in $(seq 60); do
        grep -q listening "$folder/log$n" && break
        sleep 0.5
    done
    cat "$folder/log$n"
done

if [ "$what" = strangers ]; then
    "$shootdown" cluster key "$folder/other"
    echo "without a key:"
    ip netns exec $tag-4 "$shootdown" check --cluster 10.79.46.1 "$policy" --universe "$universe" "$@" || :
    echo "with another key:"
    ip netns exec $tag-4 "$shootdown" check --cluster 10.79.46.1 --cluster-key "$folder/other" "$policy" \
        --universe "$universe" "$@" || :
fi
if [ -n "$what" ] && [ "$what" != strangers ]; then
    (
        for wait in $(seq 600); do
            grep -q ' others' "$folder/log2" && break
            sleep 0.1
        done
        sleep 1
        echo "$what at $(date +%T)"
        case $what in
            kill) kill -9 "$victim" ;;
            part) ip link set $tag.2 down ;;
            half)
                ip -n $tag-2 route add blackhole 10.79.46.3
                ip -n $tag-3 route add blackhole 10.79.46.2
                ;;
            freeze)
                kill -STOP "$victim"
                sleep 40
                kill -CONT "$victim"
                ;;
        esac
    ) &
fi
code=0
ip netns exec $tag-4 "$shootdown" check --cluster 10.79.46.1 --cluster-key "$folder/key" "$policy" \
    --universe "$universe" "$@" || code=$?
date +%T
tail -n 2 "$folder"/log?
exit $code
