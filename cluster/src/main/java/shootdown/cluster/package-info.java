/**
 * A search, or many searches, on several machines.
 *
 * <p>Each member owns the states whose contents hash to it, expands them, and sends the candidates
 * that come out to their owners. A search goes in rounds, and a round in a few steps in which each
 * member sends something to each other and waits for all: {@link shootdown.cluster.Exchange}.
 * {@link shootdown.cluster.Member} is the search; it knows no network. Who is there, who is lost
 * and how messages travel encrypted is the cluster engine's, JGroups: {@link
 * shootdown.cluster.Node}.
 *
 * <p>Invariant of the package: what a search tells does not depend on the number of members, on
 * their timing, or on members that are lost while it runs; it is what one process would tell.
 *
 * <p>Start reading at {@link shootdown.cluster.Member}.
 */
@org.jspecify.annotations.NullMarked
package shootdown.cluster;
