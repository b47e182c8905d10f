//go:build linux

package hostile

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"sync"
)

// inflating is 256 MiB of nothing, compressed a thousand to one.
func inflating() io.Reader { return bytes.NewReader(inflated()) }

var inflated = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = io.Copy(w, repeat(strings.Repeat("\x00", 4096), inflatedBytes/4096))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return []byte(err.Error()) // a buffer takes everything; the attack would then be this text
	}
	return b.Bytes()
})

// plainRoutes take JSON.
var plainRoutes = []string{"/api/v1/dispenses", "/api/v1/proposals", "/api/v1/prekeys", "/api/v1/shipments", "/api/v1/organisations/acts/add-key"}

// fileRoutes take CBOR files or envelopes.
var fileRoutes = []struct{ path, kind string }{
	{"/api/v1/entries", "application/cbor"},
	{"/api/v1/receivings", "application/octet-stream"},
	{"/api/v1/prekeys/import", "application/octet-stream"},
}

// fill repeats a text to the size of the largest plain body.
func fill(text string) func() io.Reader { return many(text, (plainBytes-64)/len(text)) }

// plainBodies are attacks on routes that read JSON.
func plainBodies() []Attack {
	bodies := []struct {
		name string
		body func() io.Reader
	}{
		{"nested a million deep", join(many("[", million), many("]", million))},
		{"objects nested a million deep", join(many(`{"a":`, million), "1", many("}", million))},
		{"8 MB of empty objects", join("[{}", fill(",{}"), "]")},
		{"8 MB of empty lists under a field", join(`{"items":[[]`, fill(",[]"), "]}")},
		{"8 MB of numbers", join("[0", fill(",0"), "]")},
		{"8 MB of names", join(`{"a":0`, counted(`,"a%d":0`, million/2), "}")},
		{"8 MB of items", join(`{"items":["a"`, fill(`,"a"`), `]}`)},
		{"a name that stands twice", join(`{"items":["a"],"items":["b"],"partner":"a","partner":"b"}`)},
		{"a name in capitals", join(`{"ITEMS":["a"],"Partner":"a","COUNT":1,"Module":"org"}`)},
		{"a name that nobody knows", join(`{"items":["a"],"admin":true,"partner":"maker","count":1,"module":"org","kind":"admit","message":{}}`)},
		{"text that is not UTF-8", join("{\"items\":[\"\xff\"],\"partner\":\"\xff\"}")},
		{"a number without end", join(`{"count":`, fill("9"), "}")},
		{"another type of value", join(`{"items":{"a":"b"},"partner":7,"count":"many","module":[],"kind":null}`)},
		{"half a body", join(`{"items":["a"`)},
		{"a compressed body", inflating},
		{"more than may be sent", many(" ", 2*plainBytes)},
	}
	var list []Attack
	for _, path := range plainRoutes {
		for _, b := range bodies {
			list = append(list, Attack{Name: b.name + " to " + path, Method: "POST", Path: path, Type: "application/json", Body: b.body})
		}
	}
	return list
}

// files are attacks on routes that read CBOR.
func files() []Attack {
	bodies := []struct {
		name string
		body func() io.Reader
	}{
		{"lists nested a million deep", many("\x81", million)},
		{"tags nested a million deep", many("\xc1", million)},
		{"a list that promises 2^63 items", join("\x9b\x7f\xff\xff\xff\xff\xff\xff\xff", many("\x00", million))},
		{"a text that promises 2^63 bytes", join("\x7b\x7f\xff\xff\xff\xff\xff\xff\xff", many("a", million))},
		{"a map of a hundred thousand pairs", join("\xba\x00\x01\x86\xa0", many("\x01\x01", 100_000))},
		{"a list without end", join("\x9f", many("\x00", longLineBytes))},
		{"a record that promises 2^32 bytes", join("pedigree\x00\xff\xff\xff\xff", many("\xff", million))},
		{"nothing but zeros", many("\x00", longLineBytes)},
		{"a compressed body", inflating},
		{"nothing", join("")},
	}
	var list []Attack
	for _, r := range fileRoutes {
		for _, b := range bodies {
			list = append(list, Attack{Name: b.name + " to " + r.path, Method: "POST", Path: r.path, Type: r.kind, Body: b.body})
		}
	}
	return list
}
