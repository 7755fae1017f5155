package shootdown.hardware;

import java.util.ArrayList;
import java.util.List;

/**
 * What can be cached: the prefixes of the addresses of interest, as a tree in parent-first order.
 *
 * <p>A key of depth 1..3 stands for a paging-structure entry (PML4E, PDPTE, PDE cache; H4), a key
 * of depth 4 for a TLB entry. Parent-first order makes closing all sets one pass.
 */
@Models(
        value = "SDM 3A 4.10.3.1",
        simplified =
                "all three paging-structure caches exist; only tracked " + "addresses have keys")
public final class KeyTree {
    /** Depth of a key that is a whole page number: a TLB entry. */
    public static final int LEAF_DEPTH = 4;

    private final List<VirtualAddress> addresses;
    private final int[] parent;
    private final int[] slot;
    private final int[] depth;
    private final int[] top;
    private final int[] leaf;

    public KeyTree(List<VirtualAddress> addresses) {
        this.addresses = List.copyOf(addresses);
        List<int[]> nodes = new ArrayList<>();
        leaf = new int[addresses.size()];
        for (int d = 1; d <= LEAF_DEPTH; d++) {
            for (int a = 0; a < leaf.length; a++) {
                int above = d == 1 ? -1 : leaf[a];
                leaf[a] = nodeFor(nodes, above, addresses.get(a).index(d - 1), d);
            }
        }
        parent = column(nodes, 0);
        slot = column(nodes, 1);
        depth = column(nodes, 2);
        top = new int[parent.length];
        for (int key = 0; key < parent.length; key++) {
            top[key] = parent[key] < 0 ? slot[key] : top[parent[key]];
        }
    }

    private static int nodeFor(List<int[]> nodes, int parent, int slot, int depth) {
        for (int key = 0; key < nodes.size(); key++) {
            int[] node = nodes.get(key);
            if (node[0] == parent && node[1] == slot && node[2] == depth) {
                return key;
            }
        }
        nodes.add(new int[] {parent, slot, depth});
        return nodes.size() - 1;
    }

    private static int[] column(List<int[]> nodes, int column) {
        return nodes.stream().mapToInt(node -> node[column]).toArray();
    }

    public List<VirtualAddress> addresses() {
        return addresses;
    }

    public int size() {
        return parent.length;
    }

    /** The key one shorter, or -1 where the parent is the root in CR3. */
    public int parent(int key) {
        return parent[key];
    }

    /** The slot number (0..511) that this key appends to its parent. */
    public int slot(int key) {
        return slot[key];
    }

    public int depth(int key) {
        return depth[key];
    }

    public boolean isLeaf(int key) {
        return depth[key] == LEAF_DEPTH;
    }

    /** The slot of the root through which this key goes. */
    public int topSlot(int key) {
        return top[key];
    }

    /** The TLB key of the address with this number. */
    public int leaf(int address) {
        return leaf[address];
    }

    /** The key of {@code address} after {@code depth} indices. */
    public int prefix(int address, int depth) {
        int key = leaf[address];
        while (this.depth[key] > depth) {
            key = parent[key];
        }
        return key;
    }

    /** The number of {@code address}, or -1 if it is not tracked. */
    public int indexOf(VirtualAddress address) {
        return addresses.indexOf(address);
    }

    /** Whether {@code key} is a prefix of {@code address}, or its TLB key. */
    public boolean isOnPath(int key, int address) {
        return prefix(address, depth[key]) == key;
    }
}
