package io.certferry.pfximport.graph;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Timeout;

/** Whatever is posted as an entity. */
class GraphBodyFuzzTest {

  @FuzzTest(maxDuration = "30s")
  @Timeout(60)
  void refusesOrReadsAnyBody(byte[] body) {
    try {
      GraphImport.create(GraphBody.parse(body));
    } catch (GraphException refused) {
      // What it is for.
    }
  }
}
