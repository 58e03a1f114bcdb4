/**
 * What goes wrong inside a server of ZooKeeper 3.9, on demand? Our only classes in a package of ZooKeeper's.
 *
 * <p>They must be here: what they override or call ({@code Follower}'s and {@code Observer}'s constructors, {@code
 * Learner.sockConnect} and {@code syncWithLeader}, {@code LearnerHandler.closeSocket}) is visible in this package alone. On
 * the class path that is enough; ZooKeeper's jars are not sealed. They use nothing of ours, so that they also run in a
 * server's own process, and they fit the classes of ZooKeeper 3.9 only.
 *
 * <p>Begin at {@link org.apache.zookeeper.server.quorum.ServerHooks}. Each class is null-marked by itself: the package
 * cannot be, since ZooKeeper's classes in it are not.
 */
package org.apache.zookeeper.server.quorum;
