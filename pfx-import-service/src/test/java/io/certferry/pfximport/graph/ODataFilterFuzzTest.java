package io.certferry.pfximport.graph;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Set;
import org.junit.jupiter.api.Timeout;

/** Whatever stands in a URL. */
class ODataFilterFuzzTest {

  private static final Set<String> PROPERTIES = Set.of("userPrincipalName", "thumbprint");

  @FuzzTest(maxDuration = "30s")
  @Timeout(60)
  void refusesOrReadsAnyFilterAndKey(FuzzedDataProvider data) {
    String key = data.consumeString(500);
    EntityKey.parse("default", key);
    try {
      ODataFilter.parse(data.consumeRemainingAsString(), PROPERTIES);
    } catch (GraphException refused) {
      // What it is for.
    }
  }
}
