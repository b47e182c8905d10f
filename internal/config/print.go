package config

import (
	_ "embed" // for the manual
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

// source is the text of the file that documents every field. Print reads the
// comments there, so that the manual in the program is the one in the code.
//
//go:embed config.go
var source string

// Print writes c as a configuration file, each key under its explanation.
// Print(w, Default()) writes the manual.
func Print(w io.Writer, c Config) error {
	comments, err := manual()
	if err != nil {
		return fmt.Errorf("couldn't read the explanations: %w", err)
	}
	out, err := yaml.MarshalWithOptions(c, yaml.WithComment(comments))
	if err != nil {
		return fmt.Errorf("couldn't write the configuration as YAML: %w", err)
	}
	if _, err := io.WriteString(w, layOut(string(out))); err != nil {
		return fmt.Errorf("couldn't write the configuration: %w", err)
	}
	return nil
}

// layOut puts a blank line before each explanation that follows a value, and
// writes each ${ of a value so that it is read back as it is.
func layOut(text string) string {
	var b strings.Builder
	wasValue := false
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		isComment := strings.HasPrefix(trimmed, "#")
		if isComment && wasValue {
			b.WriteByte('\n')
		}
		if !isComment {
			line = strings.ReplaceAll(line, "${", "$${")
		}
		b.WriteString(line)
		wasValue = !isComment && !strings.HasSuffix(trimmed, ":")
	}
	return b.String()
}

// manual is the comment of each field by its path in the file.
func manual() (yaml.CommentMap, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "config.go", source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	structs := map[string]*ast.StructType{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok {
			if s, ok := spec.Type.(*ast.StructType); ok {
				structs[spec.Name.Name] = s
			}
		}
		return true
	})
	comments := yaml.CommentMap{}
	explain(comments, "$", "Config", structs)
	return comments, nil
}

// explain adds the comments of a struct's fields under path, and of the
// structs they hold.
func explain(comments yaml.CommentMap, path, name string, structs map[string]*ast.StructType) {
	for _, field := range structs[name].Fields.List {
		key := path + "." + yamlKey(field)
		var lines []string
		for line := range strings.Lines(strings.TrimSuffix(field.Doc.Text(), "\n")) {
			lines = append(lines, " "+strings.TrimSuffix(line, "\n"))
		}
		comments[key] = []*yaml.Comment{yaml.HeadComment(lines...)}
		if inner, ok := field.Type.(*ast.Ident); ok && structs[inner.Name] != nil {
			explain(comments, key, inner.Name, structs)
		}
	}
}

func yamlKey(field *ast.Field) string {
	tag, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		return ""
	}
	return reflect.StructTag(tag).Get("yaml")
}
