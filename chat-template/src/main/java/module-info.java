/** Chat templates; only the package of the API is open to others. */
module io.deltaport.template {
  requires com.fasterxml.jackson.databind;
  requires static transitive org.jspecify;

  exports io.deltaport.template;
}
