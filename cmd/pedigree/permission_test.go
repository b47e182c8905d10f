package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pedigree/internal/auth"
	"pedigree/internal/tryfile"
)

// questions are asked with POST, for what they name doesn't fit in an address. They
// change nothing.
var questions = append([]string{"judge"}, tryfile.Operations...)

// TestEveryOperationNamesItsPermission fails for a route without a policy: who may
// use it is decided where the route is written.
func TestEveryOperationNamesItsPermission(t *testing.T) {
	for _, o := range guardedOperations(t) {
		rule, known := auth.RuleOf(o.permission)
		if !known {
			t.Errorf("%s %s (%s) has the permission %q, which is none of the table: give it api.Needs or api.Guarded", o.method, o.path, o.id, o.permission)
		}
		if rule.Reads && o.method != "get" && !slices.Contains(questions, o.id) {
			t.Errorf("%s %s writes with %s, which changes nothing", o.method, o.path, o.permission)
		}
		for value, finer := range o.by {
			if _, known := auth.RuleOf(finer); !known {
				t.Errorf("%s %s needs %q for %s, which is none of the table", o.method, o.path, finer, value)
			}
		}
	}
}

// permissionsPage is the page on permissions, roles and routes.
func permissionsPage(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Permissions and roles\n\nWritten from the tables in `internal/auth` and from the routes; a test keeps it fresh. [How to set it up](../operate/access.md).\n\n")
	b.WriteString("## Permissions\n\nA route that names no permission is refused to everybody.\n\n| permission | allows | two persons | signed as | roles |\n| --- | --- | --- | --- | --- |\n")
	for _, r := range auth.Permissions() {
		two := ""
		if r.TwoPersons {
			two = "yes"
		}
		if r.Permit {
			two = "by permit"
		}
		if r.Alone {
			two += ", or the owner alone in need"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", r.Permission, r.Allows, two, r.Meaning, rolesWith(r.Permission))
	}
	b.WriteString("\n## Roles\n\nA role with power is a person's only, never a machine's. The owner of the node, who has its access token, has every permission.\n\n| role | for | power | permissions |\n| --- | --- | --- | --- |\n")
	for _, r := range auth.Roles() {
		power := ""
		if r.Power {
			power = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.Role, r.Who, power, inCode(r.Permissions))
	}
	b.WriteString("\n## Routes\n\n| route | operation | permission |\n| --- | --- | --- |\n")
	for _, o := range guardedOperations(t) {
		fmt.Fprintf(&b, "| `%s %s` | %s | %s |\n", strings.ToUpper(o.method), o.path, o.id, o.needs())
	}
	return b.String()
}

func rolesWith(p auth.Permission) string {
	if p == auth.OwnSession {
		return "all"
	}
	var list []auth.Role
	for _, r := range auth.Roles() {
		if slices.Contains(r.Permissions, p) {
			list = append(list, r.Role)
		}
	}
	return inCode(list)
}

func inCode[T ~string](list []T) string {
	names := make([]string, len(list))
	for i, name := range list {
		names[i] = "`" + string(name) + "`"
	}
	return strings.Join(names, ", ")
}

// guardedOperation is a route with what it needs.
type guardedOperation struct {
	method, path, id string
	permission       auth.Permission
	by               map[string]auth.Permission // by the value of a parameter
}

func (o guardedOperation) needs() string {
	text := "`" + string(o.permission) + "`"
	byPermission := map[auth.Permission][]string{}
	for value, p := range o.by {
		byPermission[p] = append(byPermission[p], value)
	}
	for _, p := range slices.Sorted(maps.Keys(byPermission)) {
		slices.Sort(byPermission[p])
		text += fmt.Sprintf("; `%s` for %s", p, strings.Join(byPermission[p], ", "))
	}
	return text
}

// guardedOperations are the routes of the OpenAPI document, in the order of their paths.
func guardedOperations(t *testing.T) []guardedOperation {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			ID         string                     `json:"operationId"`
			Permission auth.Permission            `json:"x-permission"`
			ByKind     map[string]auth.Permission `json:"x-permission-by-kind"`
			ByRole     map[string]auth.Permission `json:"x-permission-by-role"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(describe(t), &doc); err != nil {
		t.Fatal(err)
	}
	var list []guardedOperation
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(doc.Paths[path])) {
			o := doc.Paths[path][method]
			by := o.ByKind
			if by == nil {
				by = o.ByRole
			}
			list = append(list, guardedOperation{method, path, o.ID, o.Permission, by})
		}
	}
	return list
}
