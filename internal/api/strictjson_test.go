package api

import (
	"strings"
	"testing"
)

func TestABodyNamesEveryFieldOnceAndAsItIsWritten(t *testing.T) {
	for body, right := range map[string]bool{
		`{"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 1}, "a", ["a"]], "d": "a"}`: true,
		`{"a": 1, "a": 2}`:                   false,
		`{"a": {"b": 1, "c": [], "b": 2}}`:   false,
		`[{"a": 1}, {"b": {}, "b": {}}]`:     false,
		`{"a": "a", "b": "a", "c": ["b"]}`:   true,
		`{"a": [1, {"x": [{}]}], "a": null}`: false,
		`{"a\u0062": 1, "ab": 2}`:            false,
	} {
		var v any
		err := strictJSON.Unmarshal([]byte(body), &v)
		if (err == nil) != right {
			t.Errorf("%s: %v", body, err)
		}
		if err != nil && !strings.Contains(err.Error(), "twice in one object") {
			t.Errorf("%s is refused with %q", body, err)
		}
	}
}

func TestABodyIsBoundedBeforeAnythingIsMadeOfIt(t *testing.T) {
	list := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("0,", n), ",") + "]" }
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, c := range []struct{ name, body, says string }{
		{"as many values as may be", list(jsonTokensMax - 2), ""},
		{"one more", list(jsonTokensMax - 1), "send it in parts"},
		{"as deep as may be", nested(jsonDepthMax), ""},
		{"one level deeper", nested(jsonDepthMax + 1), "nested deeper"},
		{"a number as long as may be", strings.Repeat("7", jsonNumberMax), ""},
		{"one digit longer", strings.Repeat("7", jsonNumberMax+1), "65 digits"},
		{"text that is not UTF-8", "{\"a\": \"\xff\"}", "not UTF-8"},
		{"a name that is not UTF-8", "{\"\xff\": 1}", "not UTF-8"},
		{"a second value behind the first", "{} {}", "after top-level value"},
		{"nothing", "", "unexpected end"},
		{"the end of something", "]", "invalid character"},
	} {
		var v any
		err := strictJSON.Unmarshal([]byte(c.body), &v)
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
