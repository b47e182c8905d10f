package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/domain/trace/traceview"
	"pedigree/internal/auth"
	"pedigree/internal/exchange"
	"pedigree/internal/export"
)

// TestTheSchemaOfExportsIsFresh keeps schema/export.json to the types that are
// written: the files with one JSON value, and a line of each list.
func TestTheSchemaOfExportsIsFresh(t *testing.T) {
	files := map[string]any{
		"manifest.json": export.Manifest{}, "manifest.json.sig": export.ManifestSignature{}, "files.ndjson": export.File{},
		export.AuditFile: auth.AuditLine{}, export.DispensesFile: traceview.DispenseTakeout{}, export.DocumentsFile: export.DocumentLine{},
		export.GoneFile: export.Gone{}, export.TablesFile: export.Tables{},
		export.InboxFile: exchange.Came{}, export.MachinesFile: machineLine{}, export.OutboxFile: exchange.Sent{}, export.PartnersFile: traceview.PartnerTakeout{},
		export.PeopleFile: auth.User{}, export.ShipmentsFile: traceview.ShipmentTakeout{}, export.SignaturesFile: auth.Signature{}, export.StockFile: export.StockLine{},
	}
	for _, name := range export.Lists() {
		if files[name] == nil {
			t.Errorf("the schema lacks %s", name)
		}
	}
	registry := huma.NewMapRegistry("#/$defs/", huma.DefaultSchemaNamer)
	schemas := map[string]*huma.Schema{}
	for name, value := range files {
		schemas[name] = registry.Schema(reflect.TypeOf(value), true, "")
	}
	for _, table := range exportedTables(t).Tables {
		schemas[table.File()] = tableSchema(table)
	}
	doc := map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "The files of an export of an organisation",
		"description": "For each file the schema of its JSON value or, where its name ends with ndjson, of each of its lines. docs/reference/export.md explains them.",
		"files":       schemas, "$defs": registry.Map(),
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		t.Fatal(err)
	}
	fresh(t, "schema/export.json", out.Bytes())
}

// tableSchema is the schema of a line of a table's file.
func tableSchema(table export.Table) *huma.Schema {
	forms := map[export.Form]huma.Schema{
		export.Integer: {Type: "integer", Format: "int64"}, export.Text: {Type: "string"}, export.Flag: {Type: "boolean"}, export.Hex: {Type: "string", Pattern: "^([0-9a-f]{2})*$"},
		export.Base64: {Type: "string", ContentEncoding: "base64"}, export.Moment: {Type: "string", Format: "date-time"}, export.Day: {Type: "string", Format: "date"}, export.JSON: {},
	}
	s := &huma.Schema{Type: "object", Description: table.Says, AdditionalProperties: false, Properties: map[string]*huma.Schema{}}
	for _, f := range table.Fields {
		field := forms[f.Form]
		field.Description, field.Nullable = f.Says, field.Type != ""
		s.Properties[f.Name] = &field
		s.Required = append(s.Required, f.Name)
	}
	return s
}
