package io.certferry.testkit.peer;

/** What a server does to one answer, after the CA did its work. */
public enum WireLie {
  NONE,
  /** The connection breaks. */
  DROPS,
  /** No byte comes until the server is closed. */
  SLOW,
  /** Bytes without end. */
  ENDLESS,
  /** A hundred megabytes, announced as such. */
  HUGE,
  /** 200 and the right content type around nonsense. */
  GARBAGE,
  /** 500 with a page of HTML. */
  BROKEN,
  /** 503, and the CA is never asked. */
  BUSY,
  /** 401, and the CA is never asked. */
  UNAUTHORIZED
}
