package shootdown.cluster;

import org.jgroups.Address;
import org.jgroups.util.Util;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Addresses of members in messages. */
final class Addresses {
    private Addresses() {}

    static void write(Out out, List<Address> addresses) {
        out.number(addresses.size());
        for (Address address : addresses) {
            try {
                out.bytes(Util.objectToByteBuffer(address));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static List<Address> read(In in) {
        List<Address> addresses = new ArrayList<>();
        for (int left = in.small(); left > 0; left--) {
            try {
                addresses.add(Util.objectFromByteBuffer(in.bytes()));
            } catch (IOException | ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        return addresses;
    }
}
