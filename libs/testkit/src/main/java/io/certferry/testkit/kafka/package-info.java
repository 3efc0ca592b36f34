/**
 * A real Kafka node (KRaft, one broker and controller in one) inside this JVM or as its own
 * process, and the topics that deployment declares.
 */
@NullMarked
package io.certferry.testkit.kafka;

import org.jspecify.annotations.NullMarked;
