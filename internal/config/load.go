package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Load reads, completes and validates the configuration file at path. A
// relative home is made absolute from the file's folder.
func Load(path string) (Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return Config{}, fmt.Errorf("couldn't open the configuration: %w", err)
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, fileBytesMax+1))
	if err != nil {
		return Config{}, fmt.Errorf("couldn't read the configuration: %w", err)
	}
	c, err := Parse(path, src, os.LookupEnv)
	if err != nil {
		return Config{}, err
	}
	if !filepath.IsAbs(c.Home) {
		folder, err := filepath.Abs(filepath.Dir(path))
		if err != nil {
			return Config{}, fmt.Errorf("couldn't find the folder of %s: %w", path, err)
		}
		c.Home = filepath.Join(folder, c.Home)
	}
	return c, nil
}

// Parse reads a configuration from src, which name stands for in errors, and
// takes environment variables from lookup. What src leaves out has its
// default. The result is valid.
func Parse(name string, src []byte, lookup func(string) (string, bool)) (Config, error) {
	c := Default()
	if len(src) > fileBytesMax {
		return Config{}, fmt.Errorf("%s: more than %d bytes: this is not a configuration file", name, fileBytesMax)
	}
	file, err := parser.ParseBytes(src, 0)
	if err != nil {
		return Config{}, located(name, err)
	}
	if len(file.Docs) > 1 {
		return Config{}, fmt.Errorf("%s: %d documents, separated by ---: one file holds one configuration", name, len(file.Docs))
	}
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.NullType {
			continue
		}
		if err := prepare(doc.Body, lookup); err != nil {
			return Config{}, located(name, err)
		}
		if err := yaml.NodeToValue(doc.Body, &c, yaml.Strict()); err != nil {
			return Config{}, located(name, err)
		}
	}
	if err := c.Validate(); err != nil {
		return Config{}, fmt.Errorf("%s is not a valid configuration:\n%w", name, err)
	}
	return c, nil
}
