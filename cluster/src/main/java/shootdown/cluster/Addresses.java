package shootdown.cluster;

import org.jgroups.Address;
import org.jgroups.util.UUID;

import java.util.ArrayList;
import java.util.List;

/**
 * Addresses of members in messages: two words each, so that nothing else can come in their place.
 */
final class Addresses {
    private Addresses() {}

    static void write(Out out, List<Address> addresses) {
        out.number(addresses.size());
        for (Address address : addresses) {
            if (!(address instanceof UUID id)) {
                throw new IllegalArgumentException("no address of a member: " + address);
            }
            out.word(id.getMostSignificantBits()).word(id.getLeastSignificantBits());
        }
    }

    static List<Address> read(In in) {
        List<Address> addresses = new ArrayList<>();
        for (int left = in.small(); left > 0; left--) {
            long most = in.word();
            addresses.add(new UUID(most, in.word()));
        }
        return addresses;
    }
}
