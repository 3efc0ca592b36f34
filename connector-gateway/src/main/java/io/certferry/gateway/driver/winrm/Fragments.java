package io.certferry.gateway.driver.winrm;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Cuts messages into fragments and puts fragments together again (MS-PSRP 2.2.4). */
final class Fragments {

  private static final int HEADER = 21;
  private static final int START = 1;
  private static final int END = 2;

  private final Map<Long, ByteArrayOutputStream> open = new HashMap<>();
  private long next = 1;

  /** Messages of ours are short: one fragment each. */
  byte[] encode(Message... messages) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Message message : messages) {
      byte[] blob = message.encode();
      ByteBuffer header = ByteBuffer.allocate(HEADER);
      header.putLong(next++).putLong(0).put((byte) (START | END)).putInt(blob.length);
      all.writeBytes(header.array());
      all.writeBytes(blob);
    }
    return all.toByteArray();
  }

  /**
   * The messages that these bytes complete.
   *
   * @throws PkiException MALFORMED for anything else than fragments
   */
  List<Message> decode(byte[] bytes) {
    List<Message> complete = new ArrayList<>();
    ByteBuffer from = ByteBuffer.wrap(bytes);
    try {
      while (from.hasRemaining()) {
        fragment(from, complete);
      }
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new PkiException(Reason.MALFORMED, "a fragment that ends too early", e);
    }
    return complete;
  }

  private void fragment(ByteBuffer from, List<Message> complete) {
    long object = from.getLong();
    long unused = from.getLong();
    int flags = from.get();
    int length = from.getInt();
    if (length > from.remaining()) {
      throw new PkiException(Reason.MALFORMED, "a fragment that ends too early");
    }
    byte[] blob = new byte[length];
    from.get(blob);
    ByteArrayOutputStream parts = open.computeIfAbsent(object, none -> new ByteArrayOutputStream());
    parts.writeBytes(blob);
    if ((flags & END) != 0) {
      open.remove(object);
      complete.add(Message.decode(parts.toByteArray()));
    }
  }
}
