/** Chat templates; only the API, with its limits and its errors, is open to others. */
module io.deltaport.template {
  requires com.fasterxml.jackson.databind;
  requires static transitive org.jspecify;

  exports io.deltaport.template;
  exports io.deltaport.template.options;
}
