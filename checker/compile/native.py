"""LLVM IR text to addresses of machine code; the only user of llvmlite.

Objects are kept on disk under a key of everything they depend on: text, LLVM version, target,
processor name and features, options.  A file holds the SHA-256 of the object before the
object; one that does not match is compiled again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.compile.cache import private_directory, write_whole

OPTIONS = "sroa instcombine simplifycfg adce 2"  # part of the key: names the passes below
LONG = 4000  # lines of IR above which the slow pass is left out
DIGEST = 32


@dataclass(frozen=True, slots=True)
class Native:
    """Loaded machine code; keep it alive as long as an address of it is in use."""

    addresses: dict[str, int]
    engine: Any
    seconds: float
    cached: bool


def _llvm() -> Any:
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding


def features_text() -> str:
    """Processor name and features in LLVM's notation, `name +a,-b,...`."""
    binding = _llvm()
    return f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"


def best_lanes() -> int:
    """Lanes that pay off here: 8 where vectors can be compressed in a register, else 1."""
    return 8 if "+avx512f" in features_text() and "+avx512dq" in features_text() else 1


def compile_module(text: str, symbols: tuple[str, ...]) -> Native:
    """Compile, or load from the cache, and return the address of every symbol."""
    started = time.perf_counter()
    binding = _llvm()
    triple = binding.get_default_triple()
    cpu, features = features_text().split(" ", 1)
    version = ".".join(map(str, binding.llvm_version_info))
    key = hashlib.sha256(f"{text}\0{version}\0{triple}\0{cpu}\0{features}\0{OPTIONS}".encode())
    directory = private_directory("objects")
    path = directory / f"{key.hexdigest()}.o" if directory else None
    machine = binding.Target.from_triple(triple).create_target_machine(
        cpu=cpu, features=features, opt=2, reloc="pic", codemodel="jitdefault", jit=True
    )
    content = _load(path)
    cached = content is not None
    if content is None:
        content = _compile(binding, machine, text)
        if path is not None:
            with contextlib.suppress(OSError):  # a full disk only costs the next run its time
                write_whole(path, hashlib.sha256(content).digest() + content)
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)
    engine.add_object_file(binding.ObjectFileRef.from_data(content))
    engine.finalize_object()
    addresses = {symbol: engine.get_function_address(symbol) for symbol in symbols}
    missing = [symbol for symbol, address in addresses.items() if not address]
    if missing:
        message = f"no machine code for {missing}"
        raise RuntimeError(message)
    return Native(addresses, engine, time.perf_counter() - started, cached)


def _load(path: Path | None) -> bytes | None:
    """Return a stored object whose digest matches and that only we could have written."""
    if path is None:
        return None
    try:
        found = path.stat()
        if found.st_uid != os.getuid() or found.st_mode & 0o022:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    digest, content = data[:DIGEST], data[DIGEST:]
    return content if hashlib.sha256(content).digest() == digest else None


def _compile(binding: Any, machine: Any, text: str) -> bytes:
    """Run few passes and emit.

    The text is in SSA form but for the local variables, and it shares what can be shared, so
    the full pipeline would take ten times as long (its time grows faster than the text) for
    a tenth fewer instructions.
    """
    module = binding.parse_assembly(text)
    module.verify()
    builder = binding.create_pass_builder(machine, binding.create_pipeline_tuning_options())
    passes = binding.create_new_function_pass_manager()
    passes.add_sroa_pass()
    if text.count("\n") <= LONG:
        passes.add_instruction_combine_pass()
    passes.add_simplify_cfg_pass()
    passes.add_aggressive_dce_pass()
    for function in module.functions:
        if not function.is_declaration:
            passes.run(function, builder)
    emitted: bytes = machine.emit_object(module)
    return emitted
