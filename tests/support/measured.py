"""A benchmark as it is recorded, its numbers made up."""

RATE = {"ms_per_model_epoch": 80.1, "gflops": 96.5, "fraction_of_peak": 0.61, "flop_per_byte": 13.7}
MEASURED = {
    "peak_gflops": 158.2,
    "peak_by": "a library",
    "products": {"another": 140.0, "a library": 158.2},
    "held_back": {"a library": 0.53},
    "held_back_by": ["A_VARIABLE", "B_VARIABLE"],
    "copy_gigabytes_per_second": 20.0,
    "trained_by": "the compiled step",
    "depths": {
        "5": {
            **RATE,
            "torch_ms_per_model_epoch": 200.0,
            "autograd_ms_per_model_epoch": 600.0,
            "overhead": 0.05,
        }
    },
    "widths": {"32": RATE},
    "batches": {"64": RATE},
    "activations": {
        "mish": {**RATE, "times_relu": 2.0},
        "relu": {**RATE, "ms_per_model_epoch": 40.0, "times_relu": 1.0},
    },
    "workers": {
        "1": {"ms_per_model_epoch": 80.1, "ms_per_model_epoch_of_all": 80.1, "gigabytes_resident": 0.8}
    },
    "bookkeeping": {
        "runs": 1000,
        "ms_to_store_a_run": 2.0,
        "ms_to_read_a_run": 0.5,
        "ms_to_read_a_run_again": 0.05,
        "kilobytes_stored_per_run": 28.0,
        "kilobytes_held_per_run": 40.0,
    },
    "study": "standard",
    "machine": "a processor",
    "day": "2026-03-01",
    "width": 32,
    "batch_size": 64,
    "models_per_stack": 12,
    "varied_at_depth": 20,
    "threads": 1,
    "torch": "2.0.0",
}
