package vault

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// urlKeys are what a URL may say after its question mark.
var urlKeys = []string{"channel_binding", "connect_timeout", "host", "passfile", "port", "require_auth", "sslcert", "sslkey", "sslmode", "sslrootcert"}

// safeModes are the modes of TLS in which the server proves who it is.
var safeModes = []string{"verify-full", "verify-ca"}

// CheckURL refuses a URL that holds a password, leaves out what must be said, or
// would send rows over a network to a server that didn't prove who it is. Its
// errors never quote the URL.
func CheckURL(raw string) error {
	_, err := parseURL(raw)
	return err
}

// parseURL checks a URL and returns how to connect.
func parseURL(raw string) (*pgx.ConnConfig, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, errors.New("the URL isn't of the form postgres://USER@HOST:PORT/DATABASE")
	}
	q := u.Query()
	if _, has := u.User.Password(); has || q.Has("password") || q.Has("sslpassword") {
		return nil, errors.New("the URL holds a password, which others could read there: take it out, change it on the server, and write it alone into a file with mode 0600 that vault.password_file names")
	}
	for key := range q {
		if !slices.Contains(urlKeys, key) {
			return nil, fmt.Errorf("the URL says %q: it may say %s", key, strings.Join(urlKeys, ", "))
		}
	}
	hosts := hostsOf(u)
	if len(hosts) == 0 || strings.Trim(u.Path, "/") == "" {
		return nil, errors.New("the URL names no host, or no database: postgres://USER@HOST/DATABASE, or postgres://USER@/DATABASE?host=/run/postgresql for the server of this machine")
	}
	if os.Getenv("PGPASSWORD") != "" {
		return nil, errors.New("the environment holds a password (PGPASSWORD): put it into the file that vault.password_file names")
	}
	mode := q.Get("sslmode")
	if slices.ContainsFunc(hosts, isRemote) && !slices.Contains(safeModes, mode) {
		return nil, errors.New("the server is on another machine: add sslmode=verify-full to the URL, and sslrootcert=FILE when its certificate is of an authority of your own")
	}
	if mode == "" {
		q.Set("sslmode", "disable") // within one machine
		u.RawQuery = q.Encode()
	}
	c, err := pgx.ParseConfig(u.String())
	if err != nil {
		return nil, fmt.Errorf("the URL can't be used: %w", withoutURL(err))
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectTimeout
	}
	return c, nil
}

// withoutURL is the cause of an error of the parser, without the text it parsed.
func withoutURL(err error) error {
	if cause := errors.Unwrap(err); cause != nil {
		return cause
	}
	return errors.New("it isn't understood")
}

// hostsOf are the hosts of a URL; several are tried in order.
func hostsOf(u *url.URL) (hosts []string) {
	for _, part := range append(strings.Split(u.Host, ","), strings.Split(u.Query().Get("host"), ",")...) {
		if host, _, err := net.SplitHostPort(part); err == nil {
			part = host
		}
		if part = strings.Trim(part, "[]"); part != "" {
			hosts = append(hosts, part)
		}
	}
	return hosts
}

// isRemote tells whether rows to a host leave the machine.
func isRemote(host string) bool {
	if strings.HasPrefix(host, "/") || host == "localhost" {
		return false
	}
	ip := net.ParseIP(host)
	return ip == nil || !ip.IsLoopback()
}

// readPassword reads the file of a password at each connection, so that it can be
// changed without a restart.
func readPassword(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if err := checkPrivate(path, info); err != nil {
		return "", err
	}
	text := make([]byte, passwordBytesMax+1)
	n, err := f.Read(text)
	if err != nil || n > passwordBytesMax {
		return "", fmt.Errorf("%s is empty or has more than %d bytes", path, passwordBytesMax)
	}
	password := strings.TrimRight(string(text[:n]), "\r\n")
	if password == "" || strings.ContainsAny(password, "\r\n") {
		return "", fmt.Errorf("%s must hold the password alone, on one line", path)
	}
	return password, nil
}

// sessionSettings are what every connection asks of the server.
func sessionSettings() map[string]string {
	ms := func(d time.Duration) string { return fmt.Sprint(d.Milliseconds()) }
	return map[string]string{
		"application_name":                    "pedigree",
		"statement_timeout":                   ms(statementTimeout),
		"lock_timeout":                        ms(lockTimeout),
		"idle_in_transaction_session_timeout": ms(idleTimeout),
		"tcp_keepalives_idle":                 "30",
		"tcp_keepalives_interval":             "10",
		"tcp_keepalives_count":                "3",
		"client_min_messages":                 "warning",
		"search_path":                         "",
		"jit":                                 "off",
	}
}
