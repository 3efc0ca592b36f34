package io.certferry.gateway.driver.winrm;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * One message between client and server (MS-PSRP 2.2.1).
 *
 * @param type of those below, or another one of the server's
 * @param content CLIXML
 */
record Message(int type, UUID pool, UUID pipeline, String content) {

  static final int SESSION_CAPABILITY = 0x00010002;
  static final int INIT_RUNSPACEPOOL = 0x00010004;
  static final int RUNSPACEPOOL_STATE = 0x00021005;
  static final int CREATE_PIPELINE = 0x00021006;
  static final int PIPELINE_OUTPUT = 0x00041004;
  static final int PIPELINE_STATE = 0x00041006;

  static final UUID NONE = new UUID(0, 0);

  private static final int TO_SERVER = 2;
  private static final int HEADER = 40;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  byte[] encode() {
    byte[] text = content.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocate(HEADER + text.length).order(ByteOrder.LITTLE_ENDIAN);
    message.putInt(TO_SERVER).putInt(type);
    put(message, pool);
    put(message, pipeline);
    return message.put(text).array();
  }

  /** The first half of a GUID is in the machine's order, the second in the network's. */
  private static void put(ByteBuffer into, UUID id) {
    long high = id.getMostSignificantBits();
    into.putInt((int) (high >> 32)).putShort((short) (high >> 16)).putShort((short) high);
    into.putLong(Long.reverseBytes(id.getLeastSignificantBits()));
  }

  /**
   * @throws PkiException MALFORMED if it is none
   */
  static Message decode(byte[] bytes) {
    if (bytes.length < HEADER) {
      throw new PkiException(Reason.MALFORMED, "a message without a header");
    }
    ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int unused = message.getInt();
    int type = message.getInt();
    UUID pool = id(message);
    UUID pipeline = id(message);
    String text = StandardCharsets.UTF_8.decode(message).toString();
    return new Message(
        type, pool, pipeline, text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
  }

  private static UUID id(ByteBuffer from) {
    long first = Integer.toUnsignedLong(from.getInt());
    long second = Short.toUnsignedLong(from.getShort());
    long third = Short.toUnsignedLong(from.getShort());
    return new UUID(first << 32 | second << 16 | third, Long.reverseBytes(from.getLong()));
  }
}
