"""The official SDK, unmodified. The server and the scripted model are started by SdkTest.java."""

import os
import sys

import openai
import pytest

sys.dont_write_bytecode = True


@pytest.fixture(scope="session")
def client() -> openai.OpenAI:
    return openai.OpenAI(
        base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"]
    )
