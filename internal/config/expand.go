package config

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// prepare replaces ${NAME} in every string value below node by the environment
// variable NAME, and refuses what the YAML library would round in silence.
// Keys and the file's structure stay as they are.
func prepare(node ast.Node, lookup func(string) (string, bool)) error {
	p := &preparation{lookup: lookup, keys: map[ast.Node]bool{}}
	ast.Walk(p, node)
	return p.err
}

type preparation struct {
	lookup func(string) (string, bool)
	keys   map[ast.Node]bool
	err    error // the first
}

// Visit implements ast.Visitor.
func (p *preparation) Visit(node ast.Node) ast.Visitor {
	if p.err != nil {
		return nil
	}
	switch n := node.(type) {
	case *ast.MappingValueNode:
		p.keys[n.Key] = true
	case *ast.FloatNode:
		p.err = &placedError{n.Token, fmt.Sprintf("%s is a fraction, which no key takes; put a name in quotes", n.Token.Value)}
	case *ast.StringNode:
		if !p.keys[n] {
			p.replace(n)
		}
	}
	return p
}

func (p *preparation) replace(n *ast.StringNode) {
	value, err := replaceVariables(n.Value, p.lookup)
	if err != nil {
		p.err = &placedError{n.Token, err.Error()}
		return
	}
	n.Value = value
}

func replaceVariables(value string, lookup func(string) (string, bool)) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(value, "${")
		if !found {
			b.WriteString(value)
			return b.String(), nil
		}
		if plain, escaped := strings.CutSuffix(before, "$"); escaped {
			b.WriteString(plain + "${")
			value = rest
			continue
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", fmt.Errorf("${%s has no closing brace; write $${ for a plain ${", rest)
		}
		set, ok := lookup(name)
		if !ok {
			return "", fmt.Errorf("environment variable %s is not set; set it, or write the value itself", name)
		}
		b.WriteString(before + set)
		value = after
	}
}
