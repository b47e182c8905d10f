package epcis

import (
	"fmt"
	"strings"
)

// standardSpaces are the prefixes the EPCIS JSON-LD context declares. The
// namespace of master data attributes is held in its XML form.
var standardSpaces = []Namespace{
	{"cbvmda", SpaceMasterData},
	{"gs1", "https://gs1.org/voc/"},
	{"cbv", "https://ref.gs1.org/cbv/"},
	{"epcis", "https://ref.gs1.org/epcis/"},
	{"rdfs", spaceRDFS},
	{"owl", "http://www.w3.org/2002/07/owl#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
	{"dcterms", "http://purl.org/dc/terms/"},
}

// contextValue reads an @context: a URL, an object, or an array of both. Only
// declared prefixes matter here; remote contexts are never fetched.
func (d *jsonDecoder) contextValue(to *[]Namespace) error {
	c, err := d.need()
	if err != nil {
		return err
	}
	switch c {
	case '"':
		return d.contextAddress()
	case '{':
		return d.contextObject(to)
	}
	if err := d.beginArray(); err != nil {
		return err
	}
	for {
		ok, err := d.nextItem()
		if err != nil || !ok {
			return err
		}
		if c, err = d.need(); err != nil {
			return err
		}
		if c == '"' {
			err = d.contextAddress()
		} else {
			err = d.contextObject(to)
		}
		if err != nil {
			return err
		}
	}
}

// contextAddress takes the address of a context. The standard's own stand under
// several, all of which end alike.
func (d *jsonDecoder) contextAddress() error {
	raw, err := d.scanString()
	if err == nil && !strings.Contains(string(raw), "epcis-context") {
		d.left.contexts++
		d.left.context = string(raw)
		if len(d.header.remarks) < remarksKept {
			d.header.remarks = append(d.header.remarks, Finding{
				Severity: Warning, Set: SetStructure, Rule: "structure/unknown-context", Where: Where{File: d.file, Line: d.line}, Subject: d.left.context,
				Text:   fmt.Sprintf("the context %.120q isn't fetched: names that only it defines are taken as written, so that hashes may differ from those of others", raw),
				Remedy: "write the standard's context, and declare further prefixes in @context itself",
			})
		}
	}
	return err
}

func (d *jsonDecoder) contextObject(to *[]Namespace) error {
	if err := d.beginObject(); err != nil {
		return err
	}
	for {
		key, ok, err := d.nextMember()
		if err != nil || !ok {
			return err
		}
		var values []Node
		if err := d.member(&values, key); err != nil {
			return err
		}
		if len(values) != 1 || strings.HasPrefix(key, "@") {
			d.left.contexts++
			d.left.context = key
			continue
		}
		uri := values[0].Text
		if id := values[0].Child(Name{Local: "@id"}); id != nil {
			uri = id.Text
		}
		if uri == "" {
			continue
		}
		if len(*to) >= namespacesInUse {
			return d.fail("epcis/limit-namespaces", fmt.Sprintf("more than %d prefixes are declared", namespacesInUse), "the document isn't EPCIS or is damaged")
		}
		if isMasterDataSpace(uri) {
			uri = SpaceMasterData
		}
		*to = append(*to, Namespace{Prefix: key, URI: uri})
	}
}

// resolveAll gives nodes their namespaces.
func (d *jsonDecoder) resolveAll(nodes []Node) error {
	for i := range nodes {
		n := &nodes[i]
		if err := d.resolveName(&n.Name, &n.Prefix); err != nil {
			return err
		}
		if err := d.resolveAll(n.Children); err != nil {
			return err
		}
	}
	return nil
}

// resolveName splits "prefix:local". Names without a prefix stay as they are;
// absolute URIs are split behind their last '/', '#' or ':'.
func (d *jsonDecoder) resolveName(name *Name, prefix *string) error {
	i := strings.IndexByte(name.Local, ':')
	if i < 0 || name.Space != "" {
		return nil
	}
	head, tail := name.Local[:i], name.Local[i+1:]
	if tail == "" {
		return d.fail("epcis/unknown-field", fmt.Sprintf("%.60q has no name behind the prefix", name.Local), "give it a name")
	}
	if uri, ok := d.space(head); ok {
		*prefix, name.Space, name.Local = head, uri, tail
		return nil
	}
	if strings.HasPrefix(tail, "//") || head == "urn" {
		cut := strings.LastIndexAny(name.Local, "/#:") + 1
		if cut < len(name.Local) {
			name.Space, name.Local = name.Local[:cut], name.Local[cut:]
		}
		return nil
	}
	err := d.fail("epcis/unknown-prefix", fmt.Sprintf("the prefix of %.60q isn't declared", name.Local), fmt.Sprintf("declare %q in @context, before epcisBody; remote contexts aren't fetched", head))
	if !d.context {
		err.Rule, err.Text = "epcis/no-context", "the document has no @context before "+fmt.Sprintf("%.60q", name.Local)
	}
	return err
}

func (d *jsonDecoder) space(prefix string) (string, bool) {
	for _, list := range [][]Namespace{d.eventSpaces, d.header.Namespaces, standardSpaces} {
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].Prefix == prefix {
				return list[i].URI, true
			}
		}
	}
	return "", false
}
