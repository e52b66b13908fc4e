PREFIX : <https://example.org/mine/>
INSERT {
  GRAPH :notes { ?country :mines ?what ~ :claim3 {| :page ?page |} }
} WHERE {
  ?country :mines ?what .
  GRAPH :notes { ?country :page ?page }
}
