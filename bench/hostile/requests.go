//go:build linux

package hostile

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
)

// Attacks are all attacks of one request.
func Attacks() []Attack {
	list := append(documents(), plainBodies()...)
	list = append(list, files()...)
	list = append(list, texts()...)
	list = append(list, edges()...)
	return append(list, connections()...)
}

// Strange are texts that mean something to another program: a shell, a browser, a
// spreadsheet, a terminal, a database, a file system.
var Strange = []string{
	"../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", `..\..\windows\win.ini`, "/etc/passwd", "file:///etc/passwd", "a\x00b",
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "javascript:alert(1)", "{{7*7}}", "${jndi:ldap://127.0.0.1/a}",
	"=cmd|' /C calc'!A0", "@SUM(1+1)", "+1+1", "-1+1", "'; DROP TABLE trace_stock; --", "' OR '1'='1", "a' UNION SELECT 1,2 --", "%' ESCAPE '",
	"a\nlevel=ERROR msg=forged", "a\r\nSet-Cookie: a=b", "\x1b[2J\x1b[31mred", "\u202egnp.exe", "\ufeff", "%s%s%n", "a\u0000", strings.Repeat("A", 5000), "\U0001F600", "Ａ", "\xff\xfe",
}

// texts put strange text into each field that takes any.
func texts() []Attack {
	fields := []struct{ name, path string }{
		{"a trace", "/api/v1/trace?id="},
		{"a provenance", "/api/v1/provenance?id="},
		{"the lot of an inventory", "/api/v1/inventory?lot="},
		{"the product of an inventory", "/api/v1/inventory?gtin="},
		{"the status of an inventory", "/api/v1/inventory?status="},
		{"the cursor of an inventory", "/api/v1/inventory?cursor="},
		{"the partner of shipments", "/api/v1/shipments?partner="},
		{"the id of an organisation", "/api/v1/organisations/"},
		{"the id of an entry", "/api/v1/entries/"},
		{"the key of a proof", "/api/v1/state/"},
		{"an address of its own", "/api/v1/"},
	}
	var list []Attack
	for _, f := range fields {
		for _, text := range Strange {
			list = append(list, Attack{Name: fmt.Sprintf("%.40q as %s", text, f.name), Method: "GET", Path: f.path + url.QueryEscape(text), Taken: true})
		}
	}
	for _, text := range Strange {
		list = append(list,
			Attack{Name: fmt.Sprintf("%.40q dispensed", text), Method: "POST", Path: "/api/v1/dispenses", Type: "application/json", Body: join(`{"items":[` + quoted(text) + `],"reason":` + quoted(text[:min(len(text), 200)]) + `}`), Taken: true},
			Attack{Name: fmt.Sprintf("%.40q as a file's name", text), Method: "POST", Path: "/api/v1/captures?dry_run=true&name=" + url.QueryEscape(text), Type: "application/xml", Body: join(xmlHead, xmlTail), Taken: true},
			Attack{Name: fmt.Sprintf("%.40q as a kind of act", text), Method: "POST", Path: "/api/v1/organisations/acts/" + url.PathEscape(text), Type: "application/json", Body: join(`{}`)})
	}
	return list
}

// quoted is a text as JSON has it; bytes that are no text become a sign for that.
func quoted(text string) string {
	raw, err := json.Marshal(text)
	if err != nil {
		return `""` // a string can always be written
	}
	return string(raw)
}

// connections are attacks below HTTP's own grammar, and on its sizes.
func connections() []Attack {
	raw := func(name string, parts ...any) Attack { return Attack{Name: name, Raw: join(parts...)} }
	const get, host = "GET /api/v1/status HTTP/1.1\r\n", "Host: localhost\r\n"
	return []Attack{
		raw("a header of a megabyte", get, host, "X-A: ", many("a", headerBytes), "\r\n\r\n"),
		raw("a hundred thousand headers", get, host, counted("X-%d: a\r\n", headerCount), "\r\n"),
		raw("a header line that never ends", get, host, "X-A: ", many("a", 64*headerBytes)),
		raw("an address of a megabyte", "GET /", many("a", headerBytes), " HTTP/1.1\r\n", host, "\r\n"),
		raw("a token of many parts", get, host, "Authorization: Bearer ", many("a.", 30_000), "\r\n\r\n"),
		raw("chunks without end from a stranger", "POST /api/v1/dispenses HTTP/1.1\r\n", host, "Transfer-Encoding: chunked\r\n\r\n", many("5\r\naaaaa\r\n", -1)),
		raw("a chunk of 2^64 bytes", "POST /api/v1/dispenses HTTP/1.1\r\n", host, "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", many("a", million)),
		raw("a chunk with a note of a megabyte", "POST /api/v1/dispenses HTTP/1.1\r\n", host, "Transfer-Encoding: chunked\r\n\r\n1;a=", many("a", headerBytes), "\r\na\r\n0\r\n\r\n"),
		raw("two lengths", "POST /api/v1/dispenses HTTP/1.1\r\n", host, "Content-Length: 5\r\nContent-Length: 6\r\n\r\naaaaaa"),
		raw("a length and chunks", "POST /api/v1/dispenses HTTP/1.1\r\n", host, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
		raw("a length below nothing", "POST /api/v1/dispenses HTTP/1.1\r\n", host, "Content-Length: -1\r\n\r\n"),
		raw("a foreign host", "GET /api/v1/status HTTP/1.1\r\nHost: attacker.example\r\n\r\n"),
		raw("two hosts", get, host, host, "\r\n"),
		raw("no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", many("\x00", million)),
		raw("another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", many("\x00", million)),
		raw("a path out of the folder", "GET /../../etc/passwd HTTP/1.1\r\n", host, "\r\n"),
	}
}

// SlowConnections opens connections that send a header byte by byte, and holds them
// until ctx ends.
func (n *Node) SlowConnections(ctx context.Context) error {
	list := make([]net.Conn, 0, slowConns)
	defer func() {
		for _, c := range list {
			_ = c.Close() // the node may have closed it
		}
	}()
	for range slowConns {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", n.Addr)
		if err != nil {
			return fmt.Errorf("couldn't open %d slow connections: %w", slowConns, err)
		}
		list = append(list, c)
	}
	text := "POST /api/v1/dispenses HTTP/1.1\r\nHost: localhost\r\nX-A: " + strings.Repeat("a", 1000)
	for i := 0; i < len(text); i++ {
		for _, c := range list {
			_, _ = io.WriteString(c, text[i:i+1]) // a closed one is what the node should make of it
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(200 * time.Millisecond):
		}
	}
	return nil
}
