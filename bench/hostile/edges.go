//go:build linux

package hostile

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// exactly is a body of so many bytes: a text repeated between a beginning and an end,
// and white space for what is left.
func exactly(size int, head, text, tail string) func() io.Reader {
	times := (size - len(head) - len(tail)) / len(text)
	return join(head, many(text, times), tail, many(" ", size-len(head)-times*len(text)-len(tail)))
}

// edges are attacks at a limit and just past it: all that is allowed is as large as may
// be, and a node must not take more for it than for what it refuses at once.
func edges() []Attack {
	return append(append(bodyEdges(), uploadEdges()...), headerEdges()...)
}

// bodyEdges are JSON bodies of the largest size, and of one byte more.
func bodyEdges() []Attack {
	bodies := []struct {
		name       string
		head, text string
		tail       string
	}{
		{"names in a list", `{"items":["a"`, `,"a"`, `]}`},
		{"lists in a list", `{"items":[[]`, `,[]`, `]}`},
		{"objects in a list", `{"items":[{}`, `,{}`, `]}`},
		{"one name", `{"items":["`, `a`, `"]}`},
		{"one name of escapes", `{"items":["`, `\u0000`, `"]}`},
		{"one name of half characters", `{"items":["`, `\ud800`, `"]}`},
		{"one number", `{"count":1`, `0`, `}`},
		{"one fraction", `{"count":0.`, `1`, `}`},
		{"names of one object", `{"a":0`, `,"a":0`, `}`},
		{"white space", `{`, "\n", `}`},
	}
	var list []Attack
	for _, path := range plainRoutes {
		post := func(name string, body func() io.Reader) Attack {
			return Attack{Name: name + " to " + path, Method: "POST", Path: path, Type: "application/json", Body: body}
		}
		for _, b := range bodies {
			list = append(list, post(fmt.Sprintf("%s, %d bytes in all,", b.name, bodyBytes), exactly(bodyBytes, b.head, b.text, b.tail)))
		}
		over := post("one byte more than a body may have", exactly(bodyBytes+1, `{"items":["a"`, `,"a"`, `]}`))
		over.Status = http.StatusRequestEntityTooLarge
		list = append(list, over)
		for _, deep := range []int{jsonDepth - 1, jsonDepth, jsonDepth + 1} {
			list = append(list, post(fmt.Sprintf("lists nested %d deep", deep), join(strings.Repeat("[", deep), strings.Repeat("]", deep))))
		}
	}
	return list
}

// uploadRoutes take files of partners and lists. All but the last keep nothing.
var uploadRoutes = []string{
	"/api/v1/documents/check?name=hostile", "/api/v1/cases/messages?org=nobody", "/api/v1/recall-notices?source=hostile&as_of=2026-01-31",
	"/api/v1/products/loads?kind=ndc-directory&as_of=2026-01-31", "/api/v1/documents?name=hostile.zip&partner=nobody",
}

// uploadEdges are files of the worst shapes. What a check finds wrong is an answer.
func uploadEdges() []Attack {
	const xml = `<?xml version="1.0" encoding="UTF-8"?>`
	shapes := []struct {
		name string
		body func() io.Reader
	}{
		{"an attribute of 64 MiB", join(xml, `<a b="`, many("a", 64<<20), `"/>`)},
		{"a million attributes", join(xml, "<a", counted(` a%d="b"`, million), "/>")},
		{"a million elements", join(xml, "<a>", many("<b/>", million), "</a>")},
		{"elements nested a million deep", join(xml, many("<a>", million))},
		{"entities that multiply", join(`<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;">]><a>&d;</a>`)},
		{"a character reference without end", join(xml, "<a>&#x", many("0", 8<<20), "41;</a>")},
		{"a number of 8 MiB", join(`{"a":1`, many("0", 8<<20), "}")},
		{"lists nested a million deep", join(many("[", million), many("]", million))},
		{"a line of 64 MiB", join("gtin,lot\n", many("a", 64<<20), "\n")},
		{"a million fields in a line", join("gtin,lot\n", many("a,", million), "\n")},
		{"a million lines", join("gtin,lot\n", many("a\n", million))},
		{"a quotation that never ends", join("gtin,lot\n\"", many("a\n", million))},
		{"an archive of 65,000 entries", manyEntries},
		{"an archive that grows a thousand times", bomb},
		{"half an archive", func() io.Reader { return io.LimitReader(manyEntries(), 1<<20) }},
		{"the end of an archive that promises what isn't there", join("PK\x05\x06\x00\x00\x00\x00", "\xff\xff\xff\xff", "\xff\xff\xff\x7f\x00\x00\x00\x00\x00\x00")},
	}
	var list []Attack
	for _, path := range uploadRoutes {
		for _, s := range shapes {
			list = append(list, Attack{Name: s.name + " to " + path, Method: "POST", Path: path, Type: "application/octet-stream", Body: s.body, Taken: true})
		}
	}
	return list
}

// headerEdges are floods of requests that are small.
func headerEdges() []Attack {
	const get, host = "GET /api/v1/status HTTP/1.1\r\n", "Host: localhost\r\n"
	return []Attack{
		{Name: "a thousand small headers", Raw: join(get, host, counted("X-%d: a\r\n", 1000), "\r\n")},
		{Name: "ten thousand requests on one connection", Raw: join(many(get+host+"\r\n", 10_000))},
		{Name: "one header ten thousand times", Raw: join(get, host, many("X-A: a\r\n", 10_000), "\r\n")},
		{Name: "a cookie of many parts", Raw: join(get, host, "Cookie: ", many("a=b; ", 50_000), "\r\n\r\n")},
	}
}

// manyEntries is an archive of as many empty files as its end can count.
func manyEntries() io.Reader { return bytes.NewReader(entries()) }

var entries = sync.OnceValue(func() []byte {
	return archived(func(w *zip.Writer) error {
		for i := range archiveEntries {
			if _, err := w.Create(fmt.Sprintf("%d.xml", i)); err != nil {
				return err
			}
		}
		return nil
	})
})

// bomb is an archive of one file of 256 MiB of nothing.
func bomb() io.Reader { return bytes.NewReader(bombed()) }

var bombed = sync.OnceValue(func() []byte {
	return archived(func(w *zip.Writer) error {
		f, err := w.Create("product.txt")
		if err == nil {
			_, err = io.Copy(f, repeat(strings.Repeat("\x00", 4096), inflatedBytes/4096))
		}
		return err
	})
})

// archived is a zip archive. A buffer takes everything; an error would be the attack.
func archived(fill func(*zip.Writer) error) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	err := fill(w)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return []byte(err.Error())
	}
	return b.Bytes()
}
