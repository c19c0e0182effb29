// Serves boj/redistore sessions over HTTP, one step of a walk for each request, with values in typed JSON.
//
//	GET  /show                     -> all values, flashes too
//	POST /set       {"key", "value"}
//	POST /increment {"key"}        -> adds 1 and keeps the Go type; a missing value becomes int 1
//	POST /delete    {"key"}
//	POST /flash     {"name", "value"}
//	POST /flashes   {"name"}       -> reads and removes the flashes
//	POST /end                      -> ends the session by MaxAge -1
//
// It listens on a free loopback port, prints its address as one line, and exits when its input ends.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"reflect"
	"strings"

	"github.com/boj/redistore"
	"github.com/gomodule/redigo/redis"
	"github.com/gorilla/sessions"
)

type step struct {
	Key   Typed  `json:"key"`
	Value Typed  `json:"value"`
	Name  string `json:"name"`
}

// handler returns the response, nil for none, and whether to save the session.
type handler func(session *sessions.Session, in step) (out interface{}, save bool)

var handlers = map[string]handler{
	"/show": func(session *sessions.Session, in step) (interface{}, bool) {
		return show(reflect.ValueOf(session.Values)), false
	},
	"/set": func(session *sessions.Session, in step) (interface{}, bool) {
		session.Values[dynamic(in.Key)] = dynamic(in.Value)
		return nil, true
	},
	"/increment": func(session *sessions.Session, in step) (interface{}, bool) {
		key := dynamic(in.Key)
		session.Values[key] = incremented(session.Values[key])
		return nil, true
	},
	"/delete": func(session *sessions.Session, in step) (interface{}, bool) {
		delete(session.Values, dynamic(in.Key))
		return nil, true
	},
	"/flash": func(session *sessions.Session, in step) (interface{}, bool) {
		session.AddFlash(dynamic(in.Value), in.Name)
		return nil, true
	},
	"/flashes": func(session *sessions.Session, in step) (interface{}, bool) {
		flashes := []Typed{}
		for _, flash := range session.Flashes(in.Name) {
			flashes = append(flashes, show(reflect.ValueOf(&flash).Elem()))
		}
		return flashes, true
	},
	"/end": func(session *sessions.Session, in step) (interface{}, bool) {
		session.Options.MaxAge = -1
		return nil, true
	},
}

func dynamic(in Typed) interface{} { return build(in).Interface() }

func incremented(before interface{}) interface{} {
	if before == nil {
		return 1
	}
	after := reflect.New(reflect.TypeOf(before)).Elem()
	one := reflect.ValueOf(1).Convert(after.Type())
	switch v := reflect.ValueOf(before); v.Kind() {
	case reflect.Float32, reflect.Float64:
		after.SetFloat(v.Float() + one.Float())
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uint:
		after.SetUint(v.Uint() + one.Uint())
	default:
		after.SetInt(v.Int() + one.Int())
	}
	return after.Interface()
}

func newStore(url, prefix, serializer, keys string) *redistore.RediStore {
	var pairs [][]byte
	for _, key := range strings.Split(keys, ",") {
		// CodecsFromPairs encrypts unless the key is nil. It refuses an empty key.
		var bytes []byte
		if key != "" {
			bytes = bytesOf(Typed{B64: &key})
		}
		pairs = append(pairs, bytes)
	}
	dial := func() (redis.Conn, error) { return redis.DialURL(url) }
	store, err := redistore.NewRediStoreWithPool(&redis.Pool{MaxIdle: 10, Dial: dial}, pairs...)
	must(err)
	store.SetKeyPrefix(prefix)
	store.SetMaxLength(0)
	if serializer == "json" {
		store.SetSerializer(redistore.JSONSerializer{})
	}
	return store
}

func main() {
	url := flag.String("redis", "redis://127.0.0.1:6379", "the URL of Redis")
	prefix := flag.String("prefix", "session_", "the key prefix")
	name := flag.String("cookie", "session", "the cookie name")
	serializer := flag.String("serializer", "gob", "gob or json")
	keys := flag.String("keys", "", "pairs of keys in base64, separated by commas; an empty one is nil")
	flag.Parse()
	store := newStore(*url, *prefix, *serializer, *keys)

	serve := func(w http.ResponseWriter, r *http.Request) {
		handle, known := handlers[r.URL.Path]
		if !known {
			http.NotFound(w, r)
			return
		}
		var in step
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil && err != io.EOF {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		session, err := store.Get(r, *name)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		out, save := handle(session, in)
		if save {
			if err := sessions.Save(r, w); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		must(json.NewEncoder(w).Encode(out))
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Println(listener.Addr())
	go func() {
		// The test run that started this server has the other end of its input. The server must exit if the run is killed.
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	must(http.Serve(listener, http.HandlerFunc(serve)))
}
