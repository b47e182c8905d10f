package epcis

// Namespaces the package knows.
const (
	SpaceEPCIS1     = "urn:epcglobal:epcis:xsd:1"                                             // EPCIS 1.x XML
	SpaceEPCIS2     = "urn:epcglobal:epcis:xsd:2"                                             // EPCIS 2.0 XML
	SpaceQuery1     = "urn:epcglobal:epcis-query:xsd:1"                                       // EPCIS 1.x query XML
	SpaceQuery2     = "urn:epcglobal:epcis-query:xsd:2"                                       // EPCIS 2.0 query XML
	SpaceMaster1    = "urn:epcglobal:epcis-masterdata:xsd:1"                                  // EPCIS 1.x master data XML
	SpaceMaster2    = "urn:epcglobal:epcis-masterdata:xsd:2"                                  // EPCIS 2.0 master data XML
	SpaceSBDH       = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader" // SBDH
	SpaceMasterData = "urn:epcglobal:cbv:mda"                                                 // CBV master data attributes
	SpaceUS         = "http://epcis.gs1us.org/hc/ns"                                          // GS1 US healthcare
	SpaceXSI        = "http://www.w3.org/2001/XMLSchema-instance"                             // xsi
	spaceXML        = "http://www.w3.org/XML/1998/namespace"
	spaceXMLNS      = "http://www.w3.org/2000/xmlns/"
	spaceRDFS       = "http://www.w3.org/2000/01/rdf-schema#"
)

// Name is a name in a namespace. Space is empty for names without one.
type Name struct {
	Space string
	Local string
}

// Kind says how JSON wrote a value; XML knows text and objects only.
type Kind uint8

// The kinds.
const (
	KindText      Kind = iota // string, or XML text
	KindNumber                // JSON number, text as written
	KindBool                  // JSON true or false
	KindNull                  // JSON null
	KindObject                // children
	KindArray                 // a JSON array inside an array; its children have no name
	KindEmptyList             // a JSON array without items: the mark that there was one
)

// Node is one element the model doesn't know, with all it holds. In mixed XML
// content a child without a name is a piece of text. Members of one JSON array
// are neighbours with the same name and List set; an empty array is a node of
// KindArray with List set and no children.
type Node struct {
	Name     Name
	Prefix   string // as written; a hint for writers
	Kind     Kind
	List     bool // member of a JSON array
	Text     string
	Attrs    []Attr
	Children []Node
}

// Attr is one XML attribute of a Node.
type Attr struct {
	Name   Name
	Prefix string
	Value  string
}

// Child returns the first child with this name, or nil.
func (n *Node) Child(name Name) *Node {
	for i := range n.Children {
		if n.Children[i].Name == name {
			return &n.Children[i]
		}
	}
	return nil
}

// isMasterDataSpace tolerates the forms of the CBV attribute namespace in use:
// the XML one, the one with a colon behind (JSON-LD context), and with a hash.
func isMasterDataSpace(space string) bool {
	switch space {
	case SpaceMasterData, SpaceMasterData + ":", SpaceMasterData + "#":
		return true
	}
	return false
}

// isOldAttribute tells the lot and the expiry date of guideline 1.1 and before,
// which had them in a namespace of GS1 US.
func isOldAttribute(name Name) bool {
	return name.Space == SpaceUS && (name.Local == "lotNumber" || name.Local == "itemExpirationDate")
}

// isCoreSpace tells whether elements of this namespace are EPCIS's own. The
// schemas leave local elements unqualified, some systems qualify them.
func isCoreSpace(space string) bool {
	switch space {
	case "", SpaceEPCIS1, SpaceEPCIS2, SpaceQuery1, SpaceQuery2, SpaceMaster1, SpaceMaster2:
		return true
	}
	return false
}
