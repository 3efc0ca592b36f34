package io.certferry.pfximport.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of a collection, as OData has it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record GraphPage<T>(
    @JsonProperty("@odata.context") String context,
    @JsonProperty("@odata.count") @Nullable Long count,
    @JsonProperty("@odata.nextLink") @Nullable String nextLink,
    List<T> value) {}
