package io.certferry.testkit;

/**
 * The servers of one JVM's tests, wherever they run.
 *
 * @param kafka {@code host:port}
 * @param postgresPort on 127.0.0.1
 * @param stop ends both
 */
record TestServers(String kafka, int postgresPort, Runnable stop) {}
